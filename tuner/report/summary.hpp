#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

/// What reports are made of. What is pointed to must outlive it; records[i] is trial i.
/// Columns about brackets are there if a trial has a stage, those about budgets if they differ.
struct StudySummary {
  std::string name;
  std::vector<MetricInfo> metrics;  ///< the first one ranks
  std::string strategy;
  const search::Chosen* chosen = nullptr;  ///< what the strategy stands for, if for another one
  std::uint64_t seed = 0;
  std::size_t splits = 0;  ///< folds times repeats: how many results a complete trial has
  const search::Space* space = nullptr;
  const std::vector<TrialRecord>* records = nullptr;
  bool interrupted = false;
  std::optional<Refit> refit;

  bool in_brackets() const;
  /// In brackets, or with a trial that the pruner ended.
  bool budgets_differ() const;
};

/// The trials that a trial continues, first to last, and then itself.
std::vector<std::size_t> lineage(const std::vector<TrialRecord>& records, std::size_t trial);

}  // namespace tune::tuner
