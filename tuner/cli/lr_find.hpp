#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune lr-find`: trains one configuration of a space file, its middle, while the learning rate
/// grows from step to step; writes the curve (lr_find.csv, lr_find.svg) and suggests a rate.
/// Returns the exit status.
int find_learning_rate(const CommandLine& line);

}  // namespace tune::tuner
