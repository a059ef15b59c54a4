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
};

/// activation(W x + b); weights kernel (in, units) and bias (units).
LayerPtr dense(std::int64_t units, const DenseOptions& options = {});
/// An activation as a layer of its own; keeps what came in, for losses that need it.
LayerPtr activation_layer(std::string_view name);
/// All axes of a sample in one, the last one changing fastest.
LayerPtr flatten();

}  // namespace tune::model
