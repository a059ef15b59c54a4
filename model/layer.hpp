#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/initializer.hpp"
#include "model/regularizer.hpp"
#include "model/tensor.hpp"
#include "search/base/rng.hpp"
#include "search/base/value.hpp"

namespace tune::model {

struct Activation;

/// A weight that a layer asks for.
struct WeightSpec {
  std::string name;  ///< Keras's: "kernel", "bias"
  Shape shape;       ///< Keras's: (in, out)
  Initializer initializer;
  bool trainable = true;  ///< false: kept in the state, without a gradient
  Regularizer regularizer = {};
  /// Of the norm of each unit's incoming weights (a matrix's rows), as keras.constraints.MaxNorm
  /// over axis 0; 0: no limit.
  double max_norm = 0;
};

/// What a layer is given to compute the outputs of a batch. All blocks hold `samples` columns.
struct Forward {
  std::span<const Block> inputs;
  Block output;
  std::span<const Slice> weights;  ///< in the order of Layer::weights
  float* scratch;                  ///< Layer::scratch floats, kept until the backward pass
  Index samples;
  bool training;
  bool frozen;             ///< Keras's trainable = False: normalise by the moving statistics
  const base::Rng& noise;  ///< of this batch; a layer that draws splits it by `node`
  std::size_t node;
};

/// What a layer is given to pass gradients on, after the forward pass of the same batch.
struct Backward {
  std::span<const Block> inputs;
  Block output;
  std::span<const Slice> weights;
  float* scratch;
  Index samples;
  bool training, frozen;                   ///< as in the forward pass
  Block output_gradient;                   ///< may be overwritten
  bool before_activation;                  ///< output_gradient is that of the activation's input
  std::span<const Block> input_gradients;  ///< to be set; data is null where nobody asks
  /// To be set, one for each trainable weight in the order of Layer::weights; data is null where
  /// nobody asks. Padding stays zero.
  std::span<const Slice> gradients;
  /// Not 0: in place of setting the gradients, take the step weight -= rate * gradient. Only asked
  /// of layers that can (Layer::steps_itself).
  float rate = 0;
};

/// A description of a computation, without tensors: a layer object is immutable, may be shared by
/// models and threads, and works on the slices of flat arrays that it is given.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Keras's class name: "Dense".
  virtual std::string_view type() const = 0;
  /// What Keras's get_config says of the options: "units", "activation", ...
  virtual base::Configuration config() const { return {}; }
  /// Throws InputError if the layer cannot take these inputs.
  virtual Shape output_shape(std::span<const Shape> inputs) const = 0;
  virtual std::vector<WeightSpec> weights(std::span<const Shape>) const { return {}; }
  /// Floats of working memory for batches of up to so many samples.
  virtual Index scratch(std::span<const Shape>, Index) const { return 0; }
  /// The activation that ends the layer, if it is of a kind that a loss can be fused with.
  virtual const Activation* activation() const { return nullptr; }
  /// Only the shape changes: output and input are the same memory, forward and backward are not
  /// called.
  virtual bool reshapes() const { return false; }

  /// Can it take a step of plain gradient descent in its backward pass?
  virtual bool steps_itself() const { return false; }

  virtual void forward(const Forward& pass) const = 0;
  virtual void backward(const Backward& pass) const = 0;
};

}  // namespace tune::model
