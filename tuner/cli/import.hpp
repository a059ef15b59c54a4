#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune import`: copies a study, or a CSV with a line a trial, into a store. Throws InputError.
void import_study(const CommandLine& line);

}  // namespace tune::tuner
