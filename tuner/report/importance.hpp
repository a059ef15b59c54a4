#pragma once

#include <optional>
#include <string>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// How much of the scores' variation is due to which parameter (see search::importance), by the
/// study's seed; with several objectives of the first one's. Of brackets the trials of one budget
/// count: the largest one that kEnough trials have come to, else the one that most have; of other
/// studies those that are complete. Nothing if there are fewer than two with a score.
std::optional<StudyImportance> importance_of(const StudySummary& study);

/// A line a parameter, the most important one first.
std::string importance_text(const StudyImportance& importance);

}  // namespace tune::tuner
