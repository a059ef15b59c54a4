#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune check`: prints what of a space file is probably not meant, one line each, `FILE:LINE: KEY:
/// what it is and what to do`. Returns the exit status: 1 if there is anything. Throws InputError.
int check(const CommandLine& line);

}  // namespace tune::tuner
