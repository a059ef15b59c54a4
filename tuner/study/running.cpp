#include "tuner/study/running.hpp"

#include <algorithm>

namespace tune::tuner {
namespace {

/// Epochs a fold of a trial that the pruner ended: fewer than it was to have.
int mean_budget(const Trial& trial, std::size_t folds, const std::vector<FoldResult>& had) {
  const int all = trial.proposal.epochs;
  std::int64_t sum = 0;
  for (const FoldResult& fold : had) sum += fold.pruned.value_or(all);
  sum += static_cast<std::int64_t>(folds - had.size()) * trial.from;
  return std::min(static_cast<int>(sum / static_cast<std::int64_t>(folds)), all - 1);
}

}  // namespace

bool Running::put(std::size_t fold, FoldResult result) {
  if (result.ends_trial()) end(fold);
  folds_[fold] = std::move(result);
  if (trial_.judge != nullptr) judge_in_order(fold);
  return left_.fetch_sub(1) == 1;
}

void Running::end(std::size_t fold) {
  std::size_t seen = deciding_.load();
  while (fold < seen && !deciding_.compare_exchange_weak(seen, fold)) {
  }
}

/// Asks the judge after each of the first folds, whichever came last.
void Running::judge_in_order(std::size_t fold) {
  const std::lock_guard lock(mutex_);
  arrived_[fold] = true;
  for (std::size_t next = scores_.size(); next + 1 < folds_.size() && arrived_[next]; ++next) {
    FoldResult& result = folds_[next];
    if (result.ends_trial() || result.cancelled) return;
    scores_.push_back(minimised(result.scores.at(0), metric_));
    search::Verdict verdict = trial_.judge->ends_after_folds(scores_);
    if (!verdict) continue;
    result.pruned = trial_.proposal.epochs;
    result.verdict = std::move(*verdict);
    end(next);
  }
}

std::optional<TrialRecord> Running::record(int full_budget) && {
  search::Proposal& proposal = trial_.proposal;
  TrialRecord record{.number = trial_.number,
                     .configuration = std::move(proposal.configuration),
                     .budget = proposal.epochs,
                     .parent = proposal.parent,
                     .from = trial_.from,
                     .stage = proposal.stage,
                     .origin = std::move(proposal.origin)};
  if (proposal.epochs < full_budget) record.state = TrialRecord::State::pruned;
  for (FoldResult& fold : folds_) {
    if (fold.cancelled) return std::nullopt;
    if (!fold.failure.empty()) {
      record.state = TrialRecord::State::failed;
      record.failure = std::move(fold.failure);
      break;
    }
    record.folds.push_back(std::move(fold));
    if (!record.ended_by_pruner()) continue;
    record.state = TrialRecord::State::pruned;
    record.budget = mean_budget(trial_, folds_.size(), record.folds);
    break;
  }
  return record;
}

}  // namespace tune::tuner
