#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/importance.hpp"
#include "tuner/study/study.hpp"

namespace tune::tuner {

/// Where a table ends, beside its number of trials: decided by its trials in their order, and so at
/// the same place for any number of threads.
///
/// What a further trial may bring (see search::improvement_left) takes a Gaussian process, a
/// fraction of a second: it is looked at with the 20th trial that has the full budget, then with
/// every 10th one, and from 100 on after a tenth more of them each time.
class Ending {
 public:
  /// Both must outlive it.
  Ending(const StudyRules& rules, const search::Space& space) : rules_(rules), space_(space) {}

  /// Takes the next trial of the table; true if it is the last one.
  bool ends_with(const TrialRecord& record);
  /// Why it has ended; empty: it has not.
  const std::string& reason() const { return reason_; }

 private:
  bool reaches_target(const TrialRecord& record) const;
  bool is_best(const TrialRecord& record);
  bool is_exhausted(const TrialRecord& record);

  const StudyRules& rules_;
  const search::Space& space_;
  std::uint64_t epochs_ = 0;                   ///< of all folds so far
  std::size_t stalled_ = 0;                    ///< trials since the best one
  int best_budget_ = -1;                       ///< no trial has had a score before
  double best_score_ = 0;                      ///< minimised
  std::vector<search::Observation> observed_;  ///< for improvement_limit: failed trials, and those
                                               ///< with the full budget
  std::size_t full_ = 0;                       ///< of the latter
  std::size_t next_look_ = 20;                 ///< when there are so many
  std::string reason_;
};

}  // namespace tune::tuner
