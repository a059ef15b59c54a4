#include "tuner/study/ending.hpp"

#include <cmath>

namespace tune::tuner {

bool Ending::ends_with(const TrialRecord& record) {
  for (const FoldResult& fold : record.folds) epochs_ += static_cast<std::uint64_t>(fold.epochs);
  stalled_ = is_best(record) ? 0 : stalled_ + 1;
  if (reaches_target(record)) {
    reason_ = "the target value is reached";
  } else if (rules_.epoch_limit && epochs_ >= *rules_.epoch_limit) {
    reason_ = "the epochs of epoch_limit are trained";
  } else if (rules_.stall_limit && best_budget_ >= 0 && stalled_ >= *rules_.stall_limit) {
    reason_ = "no trial of the last " + std::to_string(stalled_) + " was better";
  }
  return !reason_.empty();
}

bool Ending::reaches_target(const TrialRecord& record) const {
  return rules_.target && record.state == TrialRecord::State::complete &&
         minimised(record.mean(0), rules_.metric) <= minimised(*rules_.target, rules_.metric);
}

/// Would it rank first so far?
bool Ending::is_best(const TrialRecord& record) {
  const double score = minimised(record.mean(0), rules_.metric);
  if (std::isnan(score) || record.budget < best_budget_) return false;
  if (record.budget == best_budget_ && score >= best_score_) return false;
  best_budget_ = record.budget;
  best_score_ = score;
  return true;
}

}  // namespace tune::tuner
