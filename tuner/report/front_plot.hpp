#pragma once

#include <string>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// The script (see plot_svg) that draws the first two of several objectives: the second one from
/// left to right, all trials with scores and those of the Pareto front. An axis is logarithmic
/// where the trials spread over more than a decade and a half. Empty if no trial has scores.
std::string front_drawing(const StudySummary& study);

}  // namespace tune::tuner
