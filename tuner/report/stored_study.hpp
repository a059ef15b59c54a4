#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tuner/report/summary.hpp"
#include "tuner/storage/study_place.hpp"
#include "tuner/study/shard.hpp"

namespace tune::tuner {

/// A study as a store or its results.json keeps it: trials without their histories, no refit.
struct StoredStudy {
  std::string name, strategy;
  std::optional<search::Chosen> chosen;
  std::vector<MetricInfo> metrics;
  std::size_t objectives = 1;  ///< how many of these rank
  std::uint64_t seed = 0;
  std::size_t splits = 0;
  int epochs = 0;
  bool interrupted = false;  ///< trials have begun that have not ended
  std::optional<Shard> shard;
  search::Space space;  ///< without its forbids
  /// The table: of a study of ours the trials up to the first that has not ended, else all that
  /// have; their numbers grow.
  std::vector<TrialRecord> records;

  // Of stores.
  bool ours = true;                 ///< not made by Optuna
  std::vector<TrialRecord> others;  ///< that others have added to a study of ours, see OptunaTrials
  search::Space other_space;        ///< of these
  std::size_t ended_later = 0;      ///< behind the table
  std::size_t running = 0, waiting = 0;  ///< begun, and not

  /// What reports are made of; this must outlive it.
  StudySummary summary() const;
  /// The trial of that number. Throws InputError if there is none.
  const TrialRecord& trial(std::size_t number) const;
};

/// Reads a study from its store or, if its folder has none, from results.json. Throws InputError
/// that names the place: it is not there, or is not what `tune` or Optuna write.
StoredStudy load_study(const StudyPlace& place);

/// What study_head has written.
StoredStudy parse_head(const std::string& json);

}  // namespace tune::tuner
