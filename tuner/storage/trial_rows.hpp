#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "search/space.hpp"
#include "tuner/storage/database.hpp"
#include "tuner/study/ledger.hpp"

namespace tune::tuner {

/// The time of the store, in UTC, as an expression of SQL.
std::string utc_now(const Database& database);
/// Optuna's word for it.
std::string optuna_state(TrialRecord::State state);
/// A number and its kind, as Optuna keeps numbers that may not be finite.
std::pair<Cell, Cell> kept_number(double value);

// The rows of a trial as Optuna has them, and those of ours beside them. To be called within
// Database::change.

/// Inserts a running trial with its parameters and returns its trial_id; nothing if that ordinal is
/// there. The study's row must be locked.
std::optional<long long> insert_trial(Database& database, long long study, std::size_t ordinal,
                                      const Planned& planned, const search::Space& space,
                                      long long worker);

/// What came out of a trial of ours.
struct Ended {
  long long trial;
  const TrialRecord* record;
};

/// Records trials, those that have no record yet.
void end_trials(Database& database, std::span<const Ended> trials,
                std::span<const MetricInfo> objectives);

/// The figure by epoch that others see of a trial while they compare it: the mean over the folds of
/// the validated metric if it is logged, else of the loss; folds that have stopped count with their
/// last one. Entry i is that of epoch `from` + i + 1.
std::vector<double> intermediate_values(const TrialRecord& record, const MetricInfo& metric);

}  // namespace tune::tuner
