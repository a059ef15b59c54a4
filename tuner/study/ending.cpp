#include "tuner/study/ending.hpp"

#include <algorithm>
#include <cmath>

#include "search/improvement_left.hpp"
#include "tuner/study/streams.hpp"

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
  } else if (rules_.improvement_limit && is_exhausted(record)) {
    reason_ = "less than improvement_limit is expected of a further trial";
  }
  return !reason_.empty();
}

bool Ending::reaches_target(const TrialRecord& record) const {
  return rules_.target && record.state == TrialRecord::State::complete &&
         minimised(record.mean(0), rules_.metric) <= minimised(*rules_.target, rules_.metric);
}

/// Is too little expected of what has not been tried?
bool Ending::is_exhausted(const TrialRecord& record) {
  if (record.state == TrialRecord::State::pruned) return false;
  observed_.push_back(
      {space_.to_row(record.configuration), minimised(record.mean(0), rules_.metric)});
  if (record.state == TrialRecord::State::failed || ++full_ < next_look_) return false;
  next_look_ += std::max<std::size_t>(10, full_ / 10);
  const base::Rng rng = base::Rng(rules_.seed).split(streams::ending).split(full_);
  const auto left = search::improvement_left(space_, observed_, rng);
  return left && *left < *rules_.improvement_limit;
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
