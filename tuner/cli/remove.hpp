#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune rm`: removes the folder of a run, but for files that are not of the run, or a study from a
/// store. Throws InputError: there is none, or a process works on it and --force is not given.
void remove(const CommandLine& line);

}  // namespace tune::tuner
