#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/history.hpp"
#include "search/trials.hpp"

namespace tune::tuner {

/// The name of a figure of merit and which way is better.
struct MetricInfo {
  std::string name;
  bool maximize = false;
};

/// The first metrics of a study: those that its trials are ranked by, at least one.
using Objectives = std::span<const MetricInfo>;

/// The metric that is the number of a network's weights, as Keras's count_params.
inline constexpr std::string_view kParameters = "parameters";

/// The figure that judges of trials look at, an entry of Logs.
inline constexpr std::string_view kMonitored = "val_loss";

/// What came out of one fold of one trial. Scores are as their metrics define them; what is
/// minimised is made of the first ones in one place (see minimised).
struct FoldResult {
  std::vector<double> scores;        ///< one a metric, over the rows that the fold scores
  std::vector<double> train_scores;  ///< the same over the rows it was trained on
  int epochs = 0;                    ///< trained, without those of the trial that it continues
  int best_epoch = 0;  ///< epochs up to the best one, from the first of all: what training again
                       ///< should take
  std::vector<model::Logs> history;  ///< one entry an epoch of these
  std::optional<int> pruned;  ///< the pruner ended the trial with this fold, after so many epochs
                              ///< from the first of all
  std::string verdict;        ///< why, as the pruner says
  std::string failure;        ///< why there are no scores; empty: there are
  bool cancelled = false;     ///< stopped from outside: nothing in here counts
  double fit_time = 0, score_time = 0;  ///< seconds

  /// Does it decide the trial, so that later folds do not count?
  bool ends_trial() const { return !failure.empty() || pruned.has_value(); }
  /// The figure that judges look at, an entry an epoch; none where there are no rows for it.
  std::vector<float> monitored() const;
};

/// A trial that has ended.
struct TrialRecord {
  enum class State {
    complete,
    pruned,  ///< it has scores, but not the full budget
    failed
  };

  std::size_t number = 0;
  base::Configuration configuration;
  int budget = 0;  ///< epochs up to which it was trained, fewer where a fit stopped early; if the
                   ///< pruner ended it, the mean of what its folds had, rounded down
  std::optional<std::size_t> parent = {};   ///< the trial that it continues
  int from = 0;                             ///< the budget of that one
  std::optional<search::Stage> stage = {};  ///< its place in a schedule of brackets
  std::string origin = {};                  ///< of its proposal
  State state = State::complete;
  std::string failure = {};  ///< of the first fold that failed
  std::vector<FoldResult> folds =
      {};  ///< in fold order; a failed trial has those before the failure, one that the pruner
           ///< ended those up to the one that decided

  /// Did the pruner end it, with its last fold?
  bool ended_by_pruner() const { return !folds.empty() && folds.back().pruned.has_value(); }
  /// Over the folds, in fold order; the first metrics are those that rank. NaN if the trial failed.
  double mean(std::size_t metric) const;
  double train_mean(std::size_t metric) const;
  /// Population standard deviation, as scikit-learn's std_test_score.
  double deviation(std::size_t metric) const;
  /// Sample standard deviation over the root of the number of folds; 0 for one fold.
  double standard_error(std::size_t metric) const;
  double mean_epochs() const;  ///< trained, without the parent's
  /// Median over the folds of their best epochs, rounded up, at least 1: how long to train on all
  /// rows.
  int refit_epochs() const;
  double time() const;  ///< seconds, summed over the folds
};

/// How the failure of a trial begins that has ended its process.
inline constexpr std::string_view kProcessEnded = "its process ended ";
/// Is it one of these?
bool ended_process(const TrialRecord& record);

/// "complete", "pruned", "failed"
std::string to_text(TrialRecord::State state);

/// A score as search strategies see it: less is better.
double minimised(double score, const MetricInfo& metric);
/// The means of a trial's first metrics as search strategies see them.
std::vector<double> minimised(const TrialRecord& record, Objectives objectives);

/// Ranks from 1 as scikit-learn's rank_test_score: the larger budget first, then by mean score;
/// equal ones share the smallest rank, failed trials come last. By several objectives the rank is
/// that of the Pareto front (see search::fronts_of): 1 for trials that no other one dominates.
std::vector<int> ranks(const std::vector<TrialRecord>& records, Objectives objectives);
std::vector<int> ranks(const std::vector<TrialRecord>& records, const MetricInfo& metric);
/// Positions in the records, best first; ties and failures in their order. Of trials of one front
/// those come first whose neighbours are far, its ends before all: the very first trial is that of
/// the first front that is best by the first objective.
std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records, Objectives objectives);
std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records, const MetricInfo& metric);

}  // namespace tune::tuner
