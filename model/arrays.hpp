#pragma once

#include <concepts>
#include <functional>
#include <span>
#include <vector>

#include "model/samples.hpp"

namespace tune::model {

/// Keras's x, y and sample_weight: matrices of features x samples, targets x samples, with all
/// their columns as samples, in order; goes where Samples go. Views: the matrices and weights must
/// outlive it.
class Arrays {
 public:
  using Matrices = std::vector<std::reference_wrapper<const Eigen::MatrixXf>>;
  using Weights = std::vector<std::span<const float>>;

  /// One matrix an input and an output of the model; none of targets to predict. Weights of the
  /// samples: none, a list for all outputs, or one an output, where an empty one leaves all alike.
  /// Throws InputError if they have different numbers of samples.
  explicit Arrays(const Matrices& x, const Matrices& y = {}, const Weights& sample_weights = {});
  /// The same with weights for all outputs. (Templates, so that a list in braces is Matrices, or
  /// Weights.)
  template <class List>
  requires std::convertible_to<const List&, std::span<const float>> Arrays(
      const Matrices& x, const Matrices& y, const List& sample_weight)
      : Arrays(x, y, Weights{sample_weight}) {}
  /// Of a model with one input and one output.
  template <std::same_as<Eigen::MatrixXf> Matrix>
  explicit Arrays(const Matrix& x) : Arrays(Matrices{x}) {}
  template <std::same_as<Eigen::MatrixXf> Matrix>
  Arrays(const Matrix& x, const Matrix& y, std::span<const float> sample_weight = {})
      : Arrays(Matrices{x}, Matrices{y}, Weights{sample_weight}) {}

  operator Samples() const;

 private:
  std::vector<Columns> inputs_, targets_;
  Weights weights_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace tune::model
