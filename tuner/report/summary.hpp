#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search/strategy.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// The winner, trained again on all training rows.
struct Refit {
  std::size_t trial = 0;
  int epochs = 0;
  std::vector<double> test_scores;  ///< one a metric; empty: there are no test rows
  std::size_t train_rows = 0, test_rows = 0;
  double fit_time = 0;  ///< seconds
};

/// How much of the scores' variation over the space is due to what, as shares of 1.
struct StudyImportance {
  static constexpr std::size_t kEnough = 20;  ///< trials from which the shares mean something

  std::size_t trials = 0;  ///< whose scores it is made of
  int budget = 0;          ///< of these in epochs; 0: not in brackets
  std::vector<std::pair<std::string, double>> parameters;  ///< the most important one first
  double rest = 0;          ///< several together, and what cannot be told apart
  std::string metric = {};  ///< whose scores; empty: there is one objective only
};

/// What reports are made of. What is pointed to must outlive it; the numbers of
/// the records grow.
/// Columns about brackets are there if a trial has a stage, those about budgets if they differ.
struct StudySummary {
  std::string name, strategy;
  int epochs = 0;                          ///< the full budget of a trial
  std::vector<MetricInfo> metrics;         ///< the first ones, the objectives, rank
  std::size_t objectives = 1;              ///< how many of them
  const search::Chosen* chosen = nullptr;  ///< what the strategy stands for, if for another one
  std::uint64_t seed = 0;
  std::size_t splits = 0;  ///< folds times repeats: how many results a complete trial has
  const search::Space* space = nullptr;
  const std::vector<TrialRecord>* records = nullptr;
  bool interrupted = false;
  std::optional<Refit> refit;
  std::optional<StudyImportance> importance;  ///< nothing: too few trials for it
  /// Positions of the records that tables have, in their order, ranked among all; nothing: all.
  std::optional<std::vector<std::size_t>> shown = {};

  /// What trials are ranked by.
  Objectives ranked_by() const { return Objectives(metrics).first(objectives); }
  /// The records that tables have.
  std::vector<const TrialRecord*> rows() const;
  /// The place of one of the records among all.
  std::size_t position(const TrialRecord& record) const;
  bool in_brackets() const;
  /// In brackets, or with a trial that the pruner ended.
  bool budgets_differ() const;
};

/// Puts the histories of a trial into a copy of its record, from where they are kept.
using HistoryReader = std::function<void(TrialRecord&)>;

/// A mean of the metric: 0.3312; a number of parameters as it is: 1,234.
std::string mean_text(const MetricInfo& metric, double mean);
/// With its standard error, where there are several folds: 0.3312 ± 0.0040.
std::string score_text(const MetricInfo& metric, std::size_t index, const TrialRecord& record);

/// The trials on the first Pareto front, in their order; with one objective the best ones.
std::vector<std::size_t> first_front(const StudySummary& study);

/// The trials that a trial continues, first to last, and then itself.
std::vector<std::size_t> lineage(const std::vector<TrialRecord>& records, std::size_t trial);

}  // namespace tune::tuner
