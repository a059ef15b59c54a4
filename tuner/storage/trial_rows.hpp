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

/// Throws std::runtime_error if a process is not registered any more: its study has been removed,
/// and its number may be another's by now.
void require_registered(Database& database, long long worker);

/// Inserts a running trial with its parameters and returns its trial_id; nothing if that ordinal is
/// there. The study's row must be locked. Throws if the worker is not registered.
std::optional<long long> insert_trial(Database& database, long long study, std::size_t ordinal,
                                      const Planned& planned, const search::Space& space,
                                      long long worker);

/// Who has claimed a trial of ours, and how many have begun it.
struct Claimed {
  std::optional<long long> worker = {};
  int attempts = 0;
};

/// Lets a worker take over a trial that has no record. False if its row does not say `seen` any
/// more. To be done again, it does nothing. Throws if the worker is not registered.
bool take_trial(Database& database, long long trial, const Claimed& seen, long long worker);

/// Counts an attempt at a trial, which `claimed` says how that worker has claimed. To be done
/// again, it counts none. Nothing happens if another one has taken the trial over. Throws if the
/// worker is not registered. Not to be called within a change: it is one of its own.
void begin_trial(Database& database, long long trial, const Claimed& claimed);

/// What came out of a trial of ours.
struct Ended {
  long long trial;
  const TrialRecord* record;
  std::optional<Claimed> if_still = {};  ///< recorded only where its row says that
};

/// Records trials, those that have no record yet, and gives the places in `trials` of the others.
/// What this worker has recorded itself, to the letter, is none of them. Throws if the worker is
/// not registered.
std::vector<std::size_t> end_trials(Database& database, long long worker,
                                    std::span<const Ended> trials,
                                    std::span<const MetricInfo> objectives);

/// The figure by epoch that others see of a trial while they compare it: the mean over the folds of
/// the validated metric if it is logged, else of the loss; folds that have stopped count with their
/// last one. Entry i is that of epoch `from` + i + 1.
std::vector<double> intermediate_values(const TrialRecord& record, const MetricInfo& metric);

}  // namespace tune::tuner
