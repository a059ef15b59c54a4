#pragma once

#include <string>
#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// The running loss and metrics of one pass over samples, by Keras's names: those of one of several
/// outputs have its name in front, and a weighted metric that is there without weights too is
/// weighted_METRIC.
class Evaluation {
 public:
  /// The model must outlive it, and be compiled. `prefix` goes before each name: "val_".
  Evaluation(const Model& model, std::string prefix);

  void reset();
  /// Adds the batch that the workspace has just computed; targets and weights are the batch's, one
  /// an output.
  /// With gradients, those of the outputs are set too. Returns the loss of the batch.
  double add(const Workspace& workspace, const std::vector<Block>& targets,
             const std::vector<const float*>& weights, Index samples, bool gradients,
             const std::vector<bool>& before_activation);
  void report(Logs& logs) const;

 private:
  /// A metric of an output.
  struct Figure {
    std::string name;
    std::size_t output;
    const Metric* metric;
    bool weighted;
    Sums sums;
  };
  void add_figures(std::size_t output);
  /// What stands before the names of an output's figures.
  std::string output_prefix(std::size_t output) const;

  const Model* model_;
  std::string prefix_;
  double loss_ = 0;
  std::vector<double> output_losses_;
  double samples_ = 0;
  std::vector<Figure> figures_;  ///< output by output
};

/// A batch copied out of samples: inputs go into the workspace, targets and weights stay here.
class Batch {
 public:
  Batch(const Samples& samples, Index max_samples);

  /// Fetches the given rows of the data set.
  void fetch(std::span<const std::uint32_t> rows, const Workspace& workspace);
  const std::vector<Block>& targets() const { return targets_; }
  /// One an output; null: all alike.
  const std::vector<const float*>& weights() const { return weights_; }

 private:
  const Samples* samples_;
  std::vector<Block> targets_;
  std::vector<const float*> weights_;
  std::size_t max_samples_;
  Floats target_values_;
  Floats weight_values_;  ///< max_samples_ for each array of the samples
};

}  // namespace tune::model
