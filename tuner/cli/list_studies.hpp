#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune ls`: lists the studies of a store, or the runs in a folder; of those that cannot be read
/// it says why. Throws InputError.
void list_studies(const CommandLine& line);

}  // namespace tune::tuner
