#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/learners/learner.hpp"
#include "model/rate_finder.hpp"
#include "search/pruner.hpp"
#include "tuner/data/folds.hpp"
#include "tuner/data/preprocessing.hpp"
#include "tuner/spec/spec.hpp"
#include "tuner/study/checkpoints.hpp"
#include "tuner/study/objective.hpp"

namespace tune::tuner {

/// A model trained on all training rows.
struct Fitted {
  model::Recipe recipe;
  Preprocessing preprocessing;
  std::vector<double> test_scores;  ///< one a metric; empty: there are no test rows
  std::size_t train_rows = 0, test_rows = 0;
  double fit_time = 0;  ///< seconds
};

/// Cross-validates the networks that the builders make of configurations. All trials share the
/// folds, the initial draws and the order of the batches: what a fit does depends on the
/// configuration, the fold and the seed alone, so differences between configurations pair by fold.
/// A trial that continues another one goes on from where that one's fits ended; if that is not in
/// memory any more, they are trained again, to the same bits.
class Estimator : public Objective {
 public:
  /// Shares the rows out and fits the preprocessing of each fold. Throws InputError: data that
  /// cannot be shared out so, metrics that do not exist, a configuration whose model cannot be
  /// built. Fits that may go on are kept in at most so many bytes.
  Estimator(const Spec& spec, Dataset data, std::size_t checkpoint_bytes = 0);

  /// From now on folds are trained, validated and scored on at most so many rows each, spread
  /// evenly over theirs: to see whether something can be trained at all.
  void thin(std::size_t rows);

  std::size_t folds() const override;
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override;
  /// Parameters times epochs: the rows are the same for all.
  double cost(const Trial& trial) const override;
  void forget(std::size_t trial) const override { checkpoints_.forget(trial); }

  /// Trains a configuration on all training rows for so many epochs, without early stopping, and
  /// scores it on the test rows. Throws std::runtime_error if it diverges or is cancelled.
  Fitted refit(const base::Configuration& configuration, int epochs,
               const std::function<bool()>& cancelled) const;

  /// A learning-rate range test of a configuration on all training rows. Throws as evaluate does.
  model::RateCurve find_learning_rate(const base::Configuration& configuration,
                                      const model::RateSweep& sweep,
                                      const std::function<bool()>& cancelled) const;

  const Dataset& data() const { return data_; }
  const Partition& partition() const { return partitions_.begin()->second; }
  /// One for each `validation` that trials may have.
  const std::map<std::string, Partition>& partitions() const { return partitions_; }
  /// Whether rows that score a trial also decide when it stops, so that scores come out too good.
  bool stops_on_scored_rows() const;
  /// Those of [study] metric, which rank, then those of `metrics`.
  const std::vector<MetricInfo>& metrics() const { return metrics_; }
  /// How many of them rank.
  std::size_t objectives() const { return spec_.objectives().size(); }
  /// The folds as pruners see them.
  search::Folds shape() const;
  /// Weights of the network of a configuration, as Keras counts them.
  std::int64_t count_params(const base::Configuration& configuration) const;
  /// What a full fit of a fold costs: weights x rows x epochs; NaN if its network cannot be built.
  double full_cost(const base::Configuration& configuration) const;
  /// Of the fits that are kept.
  std::size_t checkpoint_bytes() const { return checkpoints_.bytes(); }
  /// Folds evaluated and epochs trained so far, by all threads.
  std::size_t folds_done() const { return folds_done_.load(std::memory_order_relaxed); }
  std::uint64_t epochs_done() const { return epochs_done_.load(std::memory_order_relaxed); }

 private:
  /// The network of a configuration, ready to be trained on these rows: with first weights,
  /// normalisation layers that are adapted, and layers of a trained model where the file says so.
  model::Learner prepare(const base::Configuration& configuration,
                         const Preprocessing& preprocessing, std::span<const std::uint32_t> rows,
                         const base::Rng& rng) const;
  void reuse(model::Model& model, const base::Configuration& configuration) const;
  const Partition& partition_for(const base::Configuration& configuration) const;
  const Preprocessing& preprocessing_for(const base::Configuration& configuration,
                                         std::size_t fold) const;
  model::Samples samples(const Preprocessing& preprocessing,
                         std::span<const std::uint32_t> rows) const;
  std::vector<double> score(const model::Learner& learner, const Preprocessing& preprocessing,
                            std::span<const std::uint32_t> rows) const;
  void load_reused();
  void read_metrics();
  void make_partitions();

  const Spec& spec_;
  Dataset data_;
  model::Problem problem_;
  base::Rng rng_;
  std::size_t repeats_;
  std::vector<MetricInfo> metrics_;
  std::map<std::string, Partition> partitions_;
  std::map<std::string, std::vector<Preprocessing>>
      preprocessings_;                          ///< one for each fold of those
  std::map<std::string, model::Model> reused_;  ///< the models that [model] reuse may name
  mutable Checkpoints checkpoints_;
  mutable std::atomic<std::size_t> folds_done_ = 0;
  mutable std::atomic<std::uint64_t> epochs_done_ = 0;
};

}  // namespace tune::tuner
