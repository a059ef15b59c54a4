#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "model/layers/layers.hpp"
#include "model/subclassing.hpp"

// Subclassed models for tests.

namespace tune::tests {

/// The book's, of two inputs and two outputs.
class WideAndDeep : public model::Subclassed {
 public:
  explicit WideAndDeep(std::int64_t units)
      : hidden1_(layer(model::dense(units, {.activation = "relu"}))),
        hidden2_(layer(model::dense(units, {.activation = "relu"}))) {}

  model::Tensors call(const model::Inputs& inputs, bool /*training*/) const override {
    const auto [input_a, input_b] = inputs.unpack<2>();
    const model::Tensor hidden = hidden2_(hidden1_(input_b));
    const model::Tensor both = model::concatenate({input_a, hidden});
    return {main_output_(both), aux_output_(hidden)};
  }

 private:
  model::Sublayer hidden1_, hidden2_;
  model::Sublayer main_output_ = layer(model::dense(1)), aux_output_ = layer(model::dense(1));
};

/// A `call` in the place where it is needed, on the layers that are given.
class Program : public model::Subclassed {
 public:
  using Layers = std::vector<model::Sublayer>;
  using Call = std::function<model::Tensors(const Layers&, const model::Inputs&, bool training)>;

  Program(const std::vector<model::LayerPtr>& layers, Call call) : call_(std::move(call)) {
    for (const model::LayerPtr& one : layers) layers_.push_back(layer(one));
  }
  /// With a last layer that says what its inputs are like.
  Program(const std::vector<model::LayerPtr>& layers, const model::LayerPtr& last,
          model::Shape inputs, Call call)
      : Program(layers, std::move(call)) {
    layers_.push_back(layer(last, "last", {std::move(inputs)}));
  }

  model::Tensors call(const model::Inputs& inputs, bool training) const override {
    return call_(layers_, inputs, training);
  }

 private:
  Call call_;
  Layers layers_;
};

}  // namespace tune::tests
