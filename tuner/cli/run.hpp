#pragma once

#include "tuner/cli/options.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {

/// `tune --space FILE`: the study of a space file, from the data to the results. Returns the exit
/// status; throws InputError before any work if the input is bad.
int run(const CommandLine& line);
/// The same of a study that has been read already.
int run(const CommandLine& line, Spec spec);

}  // namespace tune::tuner
