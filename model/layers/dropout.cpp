#include <algorithm>
#include <cmath>

#include "model/layers/layers.hpp"
#include "model/layers/mask.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// What Dropout and AlphaDropout share: the mask in the scratch (0, or the factor of what is kept),
/// and doing nothing outside of training.
class Noise : public Layer {
 public:
  Noise(double rate, double kept) : rate_(rate), kept_(static_cast<float>(kept)) {}

  base::Configuration config() const override { return {{"rate", rate_}}; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError(std::string(type()) + " takes one input");
    return inputs[0];
  }

  Index scratch(std::span<const Shape> inputs, Index max_samples) const override {
    return rate_ > 0 ? column_stride(size_of(inputs[0])) * max_samples : 0;
  }

  void forward(const Forward& pass) const override {
    const Block &in = pass.inputs[0], &out = pass.output;
    const Index size = in.stride * pass.samples;
    if (!pass.training || rate_ == 0) {
      std::copy_n(in.data, size, out.data);
      return;
    }
    draw_mask(pass.noise.split(pass.node), rate_, kept_, {pass.scratch, in.rows, in.stride},
              pass.samples);
    drop(in.data, pass.scratch, out.data, size);
  }

  void backward(const Backward& pass) const override {
    const Block &delta = pass.output_gradient, &back = pass.input_gradients[0];
    if (back.data == nullptr) return;
    const Index size = delta.stride * pass.samples;
    if (!pass.training || rate_ == 0) {
      std::copy_n(delta.data, size, back.data);
      return;
    }
    for (Index i = 0; i < size; ++i) back.data[i] = delta.data[i] * pass.scratch[i];
  }

 protected:
  virtual void drop(const float* in, const float* mask, float* out, Index size) const = 0;

  double rate_;
  float kept_;
};

class Dropout : public Noise {
 public:
  explicit Dropout(double rate) : Noise(rate, rate < 1 ? 1 / (1 - rate) : 0) {
    if (rate >= 0 && rate <= 1) return;
    throw base::InputError("Dropout: the rate must lie between 0 and 1");
  }

  std::string_view type() const override { return "Dropout"; }

 private:
  void drop(const float* in, const float* mask, float* out, Index size) const override {
    for (Index i = 0; i < size; ++i) out[i] = in[i] * mask[i];
  }
};

/// What SELU tends to far below zero: -scale alpha.
constexpr double kLowest = -1.0507009873554805 * 1.6732632423543773;

class AlphaDropout : public Noise {
 public:
  explicit AlphaDropout(double rate)
      : Noise(rate, 1 / std::sqrt((1 - rate) * (1 + rate * kLowest * kLowest))) {
    if (rate >= 0 && rate < 1) return;
    throw base::InputError("AlphaDropout: the rate must lie between 0 and 1, and not be 1");
  }

  std::string_view type() const override { return "AlphaDropout"; }

 private:
  void drop(const float* in, const float* mask, float* out, Index size) const override {
    const double shift = -kept_ * kLowest * rate_;
    const auto kept = static_cast<float>(shift);
    const auto dropped = static_cast<float>(kept_ * kLowest + shift);
    for (Index i = 0; i < size; ++i) {
      out[i] = in[i] * mask[i] + (mask[i] == 0 ? dropped : kept);
    }
  }
};

}  // namespace

LayerPtr dropout(double rate) {
  return std::make_shared<Dropout>(rate);
}

LayerPtr alpha_dropout(double rate) {
  return std::make_shared<AlphaDropout>(rate);
}

}  // namespace tune::model
