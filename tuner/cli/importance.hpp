#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune importance`: says how much the scores of a run depend on each parameter. Throws
/// InputError.
void importance(const CommandLine& line);

}  // namespace tune::tuner
