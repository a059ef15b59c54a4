#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune verify`: runs some of the recorded trials of a study again, and those that they continue,
/// and says whether scores and curves come out bit for bit. Returns the exit status: 0, 1 (they do
/// not, or fewer were compared than drawn), 130. Throws InputError: the data are not those of the
/// study, or this program gives other bits.
int verify(const CommandLine& line);

}  // namespace tune::tuner
