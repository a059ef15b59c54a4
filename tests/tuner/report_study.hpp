#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/spaces.hpp"
#include "tuner/report/summary.hpp"

namespace tune::tests {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A fold with scores of two metrics, trained for so many epochs.
inline tuner::FoldResult fold_of(double score, double second, double train, int epochs) {
  tuner::FoldResult fold;
  fold.scores = {score, second};
  fold.train_scores = {train, second};
  fold.epochs = epochs;
  fold.best_epoch = epochs - 1;
  fold.fit_time = 0.5;
  fold.score_time = 0.25;
  return fold;
}

inline tuner::TrialRecord complete(std::size_t number, base::Configuration configuration,
                                   std::vector<tuner::FoldResult> folds) {
  tuner::TrialRecord record;
  record.number = number;
  record.configuration = std::move(configuration);
  record.folds = std::move(folds);
  return record;
}

inline tuner::TrialRecord failed(std::size_t number, base::Configuration configuration,
                                 std::string reason, std::vector<tuner::FoldResult> folds = {}) {
  tuner::TrialRecord record = complete(number, std::move(configuration), std::move(folds));
  record.state = tuner::TrialRecord::State::failed;
  record.failure = std::move(reason);
  return record;
}

/// Halving over one fold: trial 2 fails, trial 3 continues trial 1, and trial 4, with the full
/// budget of 9 epochs, trial 3.
struct HalvingStudy {
  search::Space space = space_of({{"n_neurons", "int(1, 99)"}});
  std::vector<tuner::TrialRecord> records = {
      at(0, 0, 1, {}, complete(0, config(8), {fold_of(0.5, 0, 1, 1)})),
      at(0, 0, 1, {}, complete(1, config(9), {fold_of(0.25, 0, 1, 1)})),
      at(0, 0, 1, {}, failed(2, config(10), "diverged")),
      at(0, 1, 3, 1, complete(3, config(9), {fold_of(0.125, 0, 1, 2)})),
      at(0, 2, 9, 3, complete(4, config(9), {fold_of(0.75, 0, 1, 5)}))};

  HalvingStudy() {
    records[0].state = records[1].state = records[3].state = tuner::TrialRecord::State::pruned;
    records[3].from = 1;
    records[4].from = 3;
  }

  static base::Configuration config(std::int64_t neurons) { return {{"n_neurons", neurons}}; }
  static tuner::TrialRecord at(std::size_t bracket, std::size_t rung, int budget,
                               std::optional<std::size_t> parent, tuner::TrialRecord record) {
    record.stage = search::Stage{bracket, rung};
    record.budget = budget;
    record.parent = parent;
    return record;
  }

  tuner::StudySummary summary() const {
    tuner::StudySummary study;
    study.name = study.strategy = "halving";
    study.epochs = 9;
    study.metrics = {{"mse", false}};
    study.seed = 42;
    study.splits = 1;
    study.space = &space;
    study.records = &records;
    return study;
  }
};

/// A study over two folds: trial 2 wins, trials 0 and 3 tie, trial 1 failed in its second fold.
struct Study {
  search::Space space = space_of({{"n_neurons", "int(1, 99)"},
                                  {"learning_rate", "real(0, 1)"},
                                  {"optimizer", "choice(sgd, adam)"},
                                  {"momentum", "real(0, 1)", "optimizer = sgd"}});
  std::vector<tuner::TrialRecord> records = {
      complete(0, config(8, 0.1, "adam"), {fold_of(1, 10, 0.5, 4), fold_of(3, 20, 0.5, 5)}),
      failed(1, config(99, 1e-300, "adam"), "fold 1: a loss, \"inf\"", {fold_of(7, 8, 9, 2)}),
      complete(2, config(12, 0.25, "sgd", 0.5), {fold_of(0.5, 1, 0.25, 9), fold_of(1, 2, 0.25, 9)}),
      complete(3, config(9, 3.0, "adam"), {fold_of(2, 10, 1, 4), fold_of(2, 20, 2, 4)})};

  static base::Configuration config(std::int64_t neurons, double rate, std::string optimizer) {
    return {{"n_neurons", neurons}, {"learning_rate", rate}, {"optimizer", std::move(optimizer)}};
  }
  static base::Configuration config(std::int64_t neurons, double rate, std::string optimizer,
                                    double momentum) {
    base::Configuration configuration = config(neurons, rate, std::move(optimizer));
    configuration["momentum"] = momentum;
    return configuration;
  }

  tuner::StudySummary summary() const {
    tuner::StudySummary study;
    study.name = "toy";
    study.strategy = "random";
    study.epochs = 10;
    study.metrics = {{"mse", false}, {"mae", false}};
    study.seed = 42;
    study.splits = 2;
    study.space = &space;
    study.records = &records;
    return study;
  }
};

}  // namespace tune::tests
