#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/space.hpp"
#include "tuner/storage/database.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// Trials as Optuna's tables have them.
struct OptunaTrials {
  /// In the order in which trials had them, each over all values that it could take.
  std::vector<search::Parameter> parameters;
  /// Those that have ended, by Optuna's number. They have one fold: the values are its scores, it
  /// took an epoch for each intermediate value; there are no scores on training rows.
  std::vector<TrialRecord> records;
  std::size_t running = 0, waiting = 0;
  int epochs = 0;  ///< the most that a trial took
};

/// Those of a study, or without those of ours. To be called within Database::read. Throws
/// InputError on what is not Optuna's, and on parameters that changed their kind.
OptunaTrials read_optuna_trials(Database& database, long long study, std::size_t objectives,
                                bool without_ours);

/// The system attribute of a study with the names of its values.
inline constexpr const char* kMetricNames = "study:metric_names";
/// What a value without a name is called; of several `value_0`, `value_1`.
inline constexpr const char* kUnnamedValue = "value";

/// The directions of a study, with these names.
std::vector<MetricInfo> read_objectives(Database& database, long long study);

/// An intermediate value of a trial.
struct Step {
  std::size_t trial;  ///< its number
  int step;
  double value;
};
/// All of a study, by trial and step.
std::vector<Step> read_steps(Database& database, long long study);

/// What a user has set on a study, or on a trial.
struct UserAttribute {
  std::optional<std::size_t> trial;  ///< its number
  std::string key, json;
};
/// All of a study, its own first.
std::vector<UserAttribute> read_user_attributes(Database& database, long long study);

}  // namespace tune::tuner
