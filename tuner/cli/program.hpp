#pragma once

namespace tune::tuner {

/// The program `tune`: parses the arguments, does what they say, prints errors as one line on
/// standard error. Returns the exit status: 0, 1 (all trials failed, or an error while running),
/// 2 (bad input), 130 (interrupted). A program with builders of its own adds them to
/// model::builders() and calls this.
int run_program(int argc, const char* const* argv);

}  // namespace tune::tuner
