#include "model/activation.hpp"

#include <algorithm>

#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(std::string_view name) : activation_(model::activation(name)) {}

  std::string_view type() const override { return "Activation"; }
  const Activation* activation() const override { return &activation_; }
  base::Configuration config() const override { return {{"activation", activation_.name}}; }
  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError("Activation takes one input");
    return inputs[0];
  }

  void forward(const Forward& pass) const override {
    const Block& in = pass.inputs[0];
    std::copy_n(in.data, in.stride * pass.samples, pass.output.data);
    activation_.apply(pass.output, pass.samples);
  }

  void backward(const Backward& pass) const override {
    const Block& delta = pass.output_gradient;
    if (!pass.before_activation) {
      activation_.backward(activation_.from_input ? pass.inputs[0] : pass.output, delta,
                           pass.samples);
    }
    const Block& back = pass.input_gradients[0];
    if (back.data != nullptr) std::copy_n(delta.data, delta.stride * pass.samples, back.data);
  }

 private:
  const Activation& activation_;
};

}  // namespace

LayerPtr activation_layer(std::string_view name) {
  return std::make_shared<ActivationLayer>(name);
}

}  // namespace tune::model
