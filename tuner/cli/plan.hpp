#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune plan`: what a study would train, before it does: trials and epochs, in brackets where the
/// strategy has them; then, from epochs of a small, a middle and a large configuration that it
/// trains on the data, about how long and in how much memory.
void plan(const CommandLine& line);

}  // namespace tune::tuner
