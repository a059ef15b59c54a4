#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune worker`: runs trials of a study of a store until it has all of them, and returns the exit
/// status: 0, or 130 if it was interrupted; what it had begun is then given back. Throws
/// InputError: there is no such study, its data are not here, or this program would give other
/// bits.
int work(const CommandLine& line);

}  // namespace tune::tuner
