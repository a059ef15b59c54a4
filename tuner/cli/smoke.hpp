#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune --smoke`: trains one epoch of the first fold on a few rows in every branch of the space,
/// and says which configurations fail and why; writes nothing. Returns the exit status: 1 if one
/// fails. Throws InputError.
int smoke(const CommandLine& line);

}  // namespace tune::tuner
