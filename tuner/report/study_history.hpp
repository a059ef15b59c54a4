#pragma once

#include <map>

#include "tuner/report/stored_study.hpp"
#include "tuner/storage/open_study.hpp"

namespace tune::tuner {

/// The histories of a study in a store: to be had as a HistoryReader. Of a study that Optuna made
/// an epoch is an intermediate value, with its `step` and `value`.
class StudyHistory {
 public:
  /// Throws InputError if the study is in no store.
  explicit StudyHistory(const StudyPlace& place);

  /// Puts the histories of a trial of the table into its record.
  void read(TrialRecord& record);

 private:
  OpenStudy study_;
  std::map<std::size_t, long long> trials_;                ///< Optuna's trial_id by number
  std::map<std::size_t, std::vector<model::Logs>> steps_;  ///< of a study of Optuna, by number
};

}  // namespace tune::tuner
