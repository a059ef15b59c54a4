#pragma once

#include <vector>

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// The verbs about studies that are recorded: ls, show, best, export, import, rm, verify,
/// merge.
std::vector<Verb> store_verbs();

/// The argument DIR of verbs that read a study, and the options that name one of a store in its
/// place: see place_of.
Option results_argument();
std::vector<Option> study_options();

}  // namespace tune::tuner
