#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/history.hpp"
#include "search/trials.hpp"

namespace tune::tuner {

/// The name of a figure of merit and which way is better.
struct MetricInfo {
  std::string name;
  bool maximize = false;
};

/// What came out of one fold of one trial. Scores are as their metrics define them; what is
/// minimised is made of the first one in one place (see minimised).
struct FoldResult {
  std::vector<double> scores;        ///< one a metric, over the rows that the fold scores
  std::vector<double> train_scores;  ///< the same over the rows it was trained on
  int epochs = 0;                    ///< trained
  int best_epoch = 0;                ///< epochs up to the best one: what training again should take
  std::vector<model::Logs> history;  ///< one entry an epoch
  std::string failure;               ///< why there are no scores; empty: there are
  bool cancelled = false;            ///< stopped from outside: nothing in here counts
  double fit_time = 0, score_time = 0;  ///< seconds
};

/// A trial that has ended.
struct TrialRecord {
  enum class State { complete, failed };

  std::size_t number = 0;
  base::Configuration configuration;
  State state = State::complete;
  std::string failure = {};  ///< of the first fold that failed
  std::vector<FoldResult> folds =
      {};  ///< in fold order; a failed trial has those before the failure

  /// Over the folds, in fold order; metric 0 is the one that ranks. NaN if the trial failed.
  double mean(std::size_t metric) const;
  double train_mean(std::size_t metric) const;
  /// Population standard deviation, as scikit-learn's std_test_score.
  double deviation(std::size_t metric) const;
  /// Sample standard deviation over the root of the number of folds; 0 for one fold.
  double standard_error(std::size_t metric) const;
  double mean_epochs() const;
  /// Median over the folds of their best epochs, rounded up, at least 1: how long to train on all
  /// rows.
  int refit_epochs() const;
  double time() const;  ///< seconds, summed over the folds
};

/// A score as search strategies see it: less is better.
double minimised(double score, const MetricInfo& metric);

/// Ranks from 1 as scikit-learn's rank_test_score: by mean score, equal ones share the smallest
/// rank, failed trials come last.
std::vector<int> ranks(const std::vector<TrialRecord>& records, const MetricInfo& metric);
/// Positions in the records, best first; ties and failures in their order.
std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records, const MetricInfo& metric);

}  // namespace tune::tuner
