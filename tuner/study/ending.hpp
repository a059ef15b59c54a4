#pragma once

#include <cstdint>
#include <string>

#include "tuner/study/study.hpp"

namespace tune::tuner {

/// Where a table ends, beside its number of trials: decided by its trials in their order, and so at
/// the same place for any number of threads.
class Ending {
 public:
  /// The rules must outlive it.
  explicit Ending(const StudyRules& rules) : rules_(rules) {}

  /// Takes the next trial of the table; true if it is the last one.
  bool ends_with(const TrialRecord& record);
  /// Why it has ended; empty: it has not.
  const std::string& reason() const { return reason_; }

 private:
  bool reaches_target(const TrialRecord& record) const;
  bool is_best(const TrialRecord& record);

  const StudyRules& rules_;
  std::uint64_t epochs_ = 0;  ///< of all folds so far
  std::size_t stalled_ = 0;   ///< trials since the best one
  int best_budget_ = -1;      ///< no trial has had a score before
  double best_score_ = 0;     ///< minimised
  std::string reason_;
};

}  // namespace tune::tuner
