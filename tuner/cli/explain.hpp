#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune explain`: says why a trial of a run was proposed and what became of it. Throws InputError.
void explain(const CommandLine& line);

}  // namespace tune::tuner
