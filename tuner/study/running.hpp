#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "tuner/study/objective.hpp"

namespace tune::tuner {

/// A trial whose folds are on the executor. The folds are decided in their order: the first one
/// that ends the trial decides it, and what later ones did is dropped, as if they had never run.
class Running {
 public:
  Running(Trial trial, std::size_t folds, const MetricInfo& metric)
      : trial_(std::move(trial)), metric_(metric), folds_(folds), left_(folds), deciding_(folds) {}

  const Trial& trial() const { return trial_; }
  std::size_t folds() const { return folds_.size(); }
  /// Has a fold before this one ended the trial? Thread-safe.
  bool dropped(std::size_t fold) const { return deciding_.load(std::memory_order_relaxed) < fold; }
  /// Calls it for the first fold that starts; the others wait until that has returned. Thread-safe.
  void begin(const std::function<void()>& action) { std::call_once(begun_, action); }
  /// Takes the result of a fold; true if it was the last one to come. Thread-safe.
  bool put(std::size_t fold, FoldResult result);
  /// The record, or nothing if the trial was cancelled before it was decided.
  std::optional<TrialRecord> record(int full_budget) &&;

 private:
  void end(std::size_t fold);
  void judge_in_order(std::size_t fold);

  Trial trial_;
  const MetricInfo& metric_;
  std::vector<FoldResult> folds_;
  std::atomic<std::size_t> left_;
  std::once_flag begun_;
  std::atomic<std::size_t> deciding_;  ///< the first fold so far that ends the trial
  std::mutex mutex_;                   ///< of what follows
  std::vector<bool> arrived_ = std::vector<bool>(folds_.size());
  std::vector<double> scores_;  ///< minimised, of the first folds, all of which are there
};

}  // namespace tune::tuner
