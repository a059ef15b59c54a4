#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune init`: looks at a CSV file and writes a space file for it, which must not exist and runs
/// as it is. Throws InputError.
void init(const CommandLine& line);

}  // namespace tune::tuner
