#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class Rescaling : public Layer {
 public:
  Rescaling(double scale, double offset) : scale_(scale), offset_(offset) {}

  std::string_view type() const override { return "Rescaling"; }
  base::Configuration config() const override { return {{"scale", scale_}, {"offset", offset_}}; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError("Rescaling takes one input");
    return inputs[0];
  }

  void forward(const Forward& pass) const override {
    const Block &in = pass.inputs[0], &out = pass.output;
    const auto scale = static_cast<float>(scale_), offset = static_cast<float>(offset_);
    for (Index s = 0; s < pass.samples; ++s) {
      const float* x = in.sample(s);
      float* y = out.sample(s);
      for (Index i = 0; i < in.rows; ++i) y[i] = x[i] * scale + offset;
    }
  }

  void backward(const Backward& pass) const override {
    const Block &delta = pass.output_gradient, &back = pass.input_gradients[0];
    if (back.data == nullptr) return;
    const auto scale = static_cast<float>(scale_);
    const Index size = delta.stride * pass.samples;
    for (Index i = 0; i < size; ++i) back.data[i] = delta.data[i] * scale;
  }

 private:
  double scale_, offset_;
};

}  // namespace

LayerPtr rescaling(double scale, double offset) {
  return std::make_shared<Rescaling>(scale, offset);
}

}  // namespace tune::model
