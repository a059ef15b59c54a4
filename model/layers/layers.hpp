#pragma once

#include <memory>
#include <string>

#include "model/layer.hpp"

namespace tune::model {

using LayerPtr = std::shared_ptr<const Layer>;

struct DenseOptions {
  std::string activation = "linear";
  bool use_bias = true;
  std::string kernel_initializer = "glorot_uniform";
  std::string bias_initializer = "zeros";
  std::string kernel_regularizer = "none";  ///< see regularizer()
  std::string bias_regularizer = "none";
  std::string kernel_constraint = "none";  ///< see max_norm()
};

/// activation(W x + b); weights kernel (in, units) and bias (units).
LayerPtr dense(std::int64_t units, const DenseOptions& options = {});
/// An activation as a layer of its own; keeps what came in, for losses that need it.
LayerPtr activation_layer(std::string_view name);
/// All axes of a sample in one, the last one changing fastest.
LayerPtr flatten();

/// In training each number is dropped (set to zero) with the probability `rate`, from 0 to 1, and
/// otherwise divided by 1 - rate; as keras.layers.Dropout a frozen one drops too.
LayerPtr dropout(double rate);
/// Dropout that keeps mean and variance of SELU's outputs: what is dropped becomes -scale alpha,
/// and then all is scaled and shifted. Rate from 0 to below 1.
LayerPtr alpha_dropout(double rate);

struct BatchNormalizationOptions {
  double momentum = 0.99;  ///< share of the moving statistics that a batch leaves
  double epsilon = 1e-3;   ///< added to the variance
  bool center = true;      ///< with beta
  bool scale = true;       ///< with gamma
  std::string beta_initializer = "zeros";
  std::string gamma_initializer = "ones";
  std::string moving_mean_initializer = "zeros";
  std::string moving_variance_initializer = "ones";
};
/// gamma (x - mean) / sqrt(variance + epsilon) + beta, for each position of the last axis: by the
/// batch's mean and (biased) variance in training, unless frozen, else by the moving ones. Weights
/// gamma, beta, and in the state moving_mean, moving_variance.
LayerPtr batch_normalization(const BatchNormalizationOptions& options = {});

/// scale x + offset, as keras.layers.Rescaling.
LayerPtr rescaling(double scale, double offset = 0);

/// Flat inputs, one behind the other.
LayerPtr concatenate();
/// The sum of inputs of one shape.
LayerPtr add();
/// (x - mean) / max(sqrt(variance), 1e-7), for each position of the last axis; in the state mean,
/// variance and Keras's count, which is always 0. See adapt() in model/adapt.hpp.
LayerPtr normalization();

}  // namespace tune::model
