#pragma once

#include <string>
#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// The running loss and metrics of one pass over samples.
class Evaluation {
 public:
  /// The model must outlive it, and be compiled. `prefix` goes before each name: "val_".
  Evaluation(const Model& model, std::string prefix);

  void reset();
  /// Adds the batch that the workspace has just computed; targets and weights are the batch's.
  /// With gradients, those of the outputs are set too. Returns the loss of the batch.
  double add(const Workspace& workspace, const std::vector<Block>& targets, const float* weights,
             Index samples, bool gradients, const std::vector<bool>& before_activation);
  void report(Logs& logs) const;

 private:
  const Model* model_;
  std::string prefix_;
  double loss_ = 0;
  std::vector<double> output_losses_;
  double samples_ = 0;
  std::vector<std::vector<Sums>> sums_;  ///< of each metric of each output
};

/// A batch copied out of samples: inputs go into the workspace, targets and weights stay here.
class Batch {
 public:
  Batch(const Samples& samples, Index max_samples);

  /// Fetches the given rows of the data set.
  void fetch(std::span<const std::uint32_t> rows, const Workspace& workspace);
  const std::vector<Block>& targets() const { return targets_; }
  const float* weights() const { return weights_.empty() ? nullptr : weights_.data(); }

 private:
  const Samples* samples_;
  std::vector<Block> targets_;
  Floats target_values_, weights_;
};

}  // namespace tune::model
