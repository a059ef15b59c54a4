#pragma once

#include <optional>
#include <vector>

#include "tuner/storage/database.hpp"
#include "tuner/study/ledger.hpp"

namespace tune::tuner {

/// A trial of ours as a store has it.
struct RecordedTrial {
  long long trial = 0;  ///< Optuna's trial_id
  Planned planned;
  std::optional<TrialRecord> record = {};  ///< without histories; nothing: it has not ended
};

/// The trials of a study of ours, in their order. To be called within Database::read. Throws
/// InputError if they are not what `tune` writes.
std::vector<RecordedTrial> read_recorded(Database& database, long long study);

/// Their trial_ids alone.
std::vector<long long> trial_ids(Database& database, long long study);

/// The history of a trial; empty if there is none. To be called as above.
std::string read_history(Database& database, long long trial);

}  // namespace tune::tuner
