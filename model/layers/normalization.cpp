#include <algorithm>
#include <cmath>

#include "model/layers/channels.hpp"
#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class Normalization : public Layer {
 public:
  std::string_view type() const override { return "Normalization"; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError("Normalization takes one input");
    return inputs[0];
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const Shape shape = {Channels(inputs[0]).count};
    return {{"mean", shape, initializer("zeros"), false},
            {"variance", shape, initializer("ones"), false},
            {"count", {}, initializer("zeros"), false}};
  }

  /// 1 / deviation; the padding stays zero.
  Index scratch(std::span<const Shape> inputs, Index) const override {
    return Channels(inputs[0]).floats();
  }

  void forward(const Forward& pass) const override {
    const Channels channels(pass.weights[0].rows, pass.output.rows);
    const float *mean = pass.weights[0].data, *variance = pass.weights[1].data;
    for (Index i = 0; i < channels.count; ++i) {
      pass.scratch[i] = 1.0f / std::max(std::sqrt(variance[i]), 1e-7f);
    }
    channels.visit(pass.output, pass.samples, [&](Index first) {
      const float* x = pass.inputs[0].data + first;
      float* y = pass.output.data + first;
      for (Index i = 0; i < channels.length; ++i) y[i] = (x[i] - mean[i]) * pass.scratch[i];
    });
  }

  void backward(const Backward& pass) const override {
    const Block& back = pass.input_gradients[0];
    if (back.data == nullptr) return;
    const Channels channels(pass.weights[0].rows, pass.output.rows);
    channels.visit(back, pass.samples, [&](Index first) {
      const float* delta = pass.output_gradient.data + first;
      float* to = back.data + first;
      for (Index i = 0; i < channels.length; ++i) to[i] = delta[i] * pass.scratch[i];
    });
  }
};

}  // namespace

LayerPtr normalization() {
  return std::make_shared<Normalization>();
}

}  // namespace tune::model
