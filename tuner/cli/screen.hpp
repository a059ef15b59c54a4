#pragma once

#include <chrono>
#include <iosfwd>
#include <mutex>
#include <string>

#include "tuner/report/progress.hpp"

namespace tune::tuner {

/// What the user sees while a study runs: on a terminal one live line at the bottom that leaves
/// nothing behind, elsewhere a plain line a trial. Thread-safe.
class Screen {
 public:
  enum class Mode { quiet, plain, live };

  /// `live` on a terminal, unless `quiet`.
  static Mode mode_for(bool quiet);
  /// Columns of the terminal; 100 where there is none.
  static std::size_t width();

  Screen(Mode mode, Progress start) : mode_(mode), progress_(start) {}

  /// A line that stays.
  void say(const std::string& line);
  /// A trial has ended; by the first objective it may be the best one so far.
  void trial(const TrialRecord& record, Objectives objectives, const search::Space& space);
  /// A trial of so many folds that was not run here: it is done, without a word.
  void done_elsewhere(const TrialRecord& record, Objectives objectives, std::size_t folds);
  /// Draws the live line anew.
  void tick(std::uint64_t epochs, std::size_t folds_done);
  /// Takes the live line away.
  void clear();

 private:
  void count(const TrialRecord& record, const MetricInfo& metric);
  void erase();

  const Mode mode_;
  std::mutex mutex_;
  Progress progress_;
  int best_budget_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace tune::tuner
