#pragma once

#include <span>
#include <vector>

#include "model/network.hpp"

namespace tune::model {

/// The regularisers and constraints of a network's parameters, which the training loop applies
/// around a step. Where no weight has any, all functions return at once. Immutable and thread-safe;
/// nothing is allocated after construction.
class Regularization {
 public:
  /// Weights of frozen nodes (one flag a node; empty: none) are left out, as in Keras.
  explicit Regularization(const Network& network, const std::vector<bool>& frozen = {});

  /// Does no weight have any?
  bool empty() const { return penalized_.empty() && constrained_.empty(); }
  /// What the weights add to the loss.
  double penalty(std::span<const float> parameters) const;
  /// Adds the penalty's gradient, and returns the penalty. That of |w| at 0 is 0.
  double add_gradient(std::span<const float> parameters, std::span<float> gradients) const;
  /// Scales each unit's incoming weights down to its limit, by Keras's formula: w times
  /// min(norm, limit) / (norm + 1e-7). Call it after each step of the optimizer.
  void constrain(std::span<float> parameters) const;

 private:
  struct Penalized {
    std::size_t offset, size;  ///< padding included: it is zero
    Regularizer regularizer;
  };
  struct Constrained {
    std::size_t offset;
    Index rows, cols, stride;
    float limit;
  };

  std::vector<Penalized> penalized_;
  std::vector<Constrained> constrained_;
};

}  // namespace tune::model
