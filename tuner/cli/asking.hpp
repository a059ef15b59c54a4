#pragma once

#include <string>

#include "tuner/study/study.hpp"

namespace tune::tuner {

/// About how many seconds of one core a strategy takes to propose all trials of a study: it is
/// asked for them with outcomes that are made up, for half a second at the most, and what it took
/// is continued to the rest.
double asking_seconds(const search::Space& space, const search::Strategy& strategy,
                      const StudyRules& rules);

/// "gp takes about 0.7s of 3.2s to propose trials"; empty if it is 5% of the seconds or less, or
/// less than anyone would notice. `verb`: "takes about", "has taken".
std::string asking_text(const std::string& strategy, const std::string& verb, double asking,
                        double seconds);

}  // namespace tune::tuner
