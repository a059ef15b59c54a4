#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tensor.hpp"

namespace tune::model {

/// A function between two layers, applied to a block in place, padding included. Both functions are
/// pure and thread-safe.
struct Activation {
  std::string name;  ///< Keras's, and heaviside, sign
  /// z -> a.
  void (*apply)(const Block& values, Index samples);
  /// dL/da -> dL/dz in `gradient`, from the outputs a, or from the inputs z if `from_input`. A
  /// step's derivative is zero: it is trained by the perceptron's rule alone.
  void (*backward)(const Block& values, const Block& gradient, Index samples);
  /// The output does not tell the derivative (swish, gelu): whoever applies it keeps z.
  bool from_input = false;
};

/// keras.activations' with their defaults: linear, relu, leaky_relu (slope 0.2), elu, selu, gelu
/// (exact), swish = silu, softplus, softsign, exponential, hard_sigmoid, sigmoid, tanh, softmax;
/// and heaviside, sign. Throws InputError with the nearest name.
const Activation& activation(std::string_view name);
std::vector<std::string> activation_names();

}  // namespace tune::model
