#pragma once

#include <map>
#include <vector>

#include "tuner/storage/study_place.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// The validation losses of one fold, by epoch.
using LossCurve = std::map<int, double>;

/// Those of a trial, a curve a fold, from its store or the history.csv of its folder; empty where
/// there are none. Throws InputError if that is not what a run writes.
std::vector<LossCurve> load_validation_losses(const StudyPlace& place, TrialRecord record);

}  // namespace tune::tuner
