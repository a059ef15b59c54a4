#pragma once

#include <string>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// The best trial (of several objectives: of the Pareto front the one that is best by the first)
/// with its exact configuration, the trials that it continues, its scores over the splits and, if
/// it has been trained again, on the test rows. Empty if no trial has a score.
std::string winner_text(const StudySummary& study);

}  // namespace tune::tuner
