#pragma once

#include <span>
#include <string>
#include <vector>

#include "tuner/storage/optuna_trials.hpp"

namespace tune::tuner {

/// A study to be written as Optuna would have made it.
struct OptunaStudy {
  std::string name;
  std::span<const MetricInfo> objectives;
  const search::Space* space = nullptr;
  /// In their order, with the mean over the folds as values.
  const std::vector<TrialRecord>* records = nullptr;
  // A trial is a position in the records.
  std::vector<Step> steps = {};  ///< intermediate values
  std::vector<UserAttribute> attributes = {};
};

/// Writes it into a store, which is made if it is not there. Throws InputError if there is a study
/// of that name.
void write_optuna_study(Database& database, const OptunaStudy& study);

}  // namespace tune::tuner
