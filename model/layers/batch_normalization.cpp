#include <Eigen/Core>
#include <algorithm>

#include "model/layers/channels.hpp"
#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Arrays in the scratch, one number a channel.
struct Statistics {
  float *mean, *inverse;  ///< inverse: 1 / sqrt(variance + epsilon)
  float *factor, *shift;  ///< gamma * inverse; beta
  float *first, *second;  ///< backward: sums of the gradient, and of it times the normalised input

  static constexpr Index kArrays = 6;
  Statistics(float* scratch, Index floats)
      : mean(scratch),
        inverse(mean + floats),
        factor(inverse + floats),
        shift(factor + floats),
        first(shift + floats),
        second(first + floats) {}
};

class BatchNormalization : public Layer {
 public:
  explicit BatchNormalization(const BatchNormalizationOptions& options)
      : momentum_(options.momentum),
        epsilon_(options.epsilon),
        center_(options.center),
        scale_(options.scale),
        beta_(initializer(options.beta_initializer)),
        gamma_(initializer(options.gamma_initializer)),
        moving_mean_(initializer(options.moving_mean_initializer)),
        moving_variance_(initializer(options.moving_variance_initializer)) {
    if (!(momentum_ >= 0 && momentum_ <= 1)) {
      throw base::InputError("BatchNormalization: the momentum must lie between 0 and 1");
    }
    if (!(epsilon_ > 0)) {
      throw base::InputError("BatchNormalization: the epsilon must be above 0");
    }
  }

  std::string_view type() const override { return "BatchNormalization"; }

  base::Configuration config() const override {
    return {{"momentum", momentum_},
            {"epsilon", epsilon_},
            {"center", std::string(center_ ? "yes" : "no")},
            {"scale", std::string(scale_ ? "yes" : "no")},
            {"beta_initializer", beta_.text()},
            {"gamma_initializer", gamma_.text()},
            {"moving_mean_initializer", moving_mean_.text()},
            {"moving_variance_initializer", moving_variance_.text()}};
  }

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError("BatchNormalization takes one input");
    return inputs[0];
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    const Shape shape = {Channels(inputs[0]).count};
    std::vector<WeightSpec> specs;
    if (scale_) specs.push_back({"gamma", shape, gamma_});
    if (center_) specs.push_back({"beta", shape, beta_});
    specs.push_back({"moving_mean", shape, moving_mean_, false});
    specs.push_back({"moving_variance", shape, moving_variance_, false});
    return specs;
  }

  Index scratch(std::span<const Shape> inputs, Index) const override {
    return Statistics::kArrays * Channels(inputs[0]).floats();
  }

  void forward(const Forward& pass) const override {
    const Channels channels = channels_of(pass);
    const Statistics at(pass.scratch, channels.floats());
    const bool batch = pass.training && !pass.frozen;
    batch ? take_batch(pass, channels, at) : take_moving(pass, channels, at);
    for (Index i = 0; i < channels.length; ++i) {
      at.factor[i] = scale_ ? pass.weights[0].data[i] * at.inverse[i] : at.inverse[i];
      at.shift[i] = center_ ? pass.weights[scale_].data[i] : 0.0f;
    }
    channels.visit(pass.output, pass.samples, [&](Index first) {
      const float* x = pass.inputs[0].data + first;
      float* y = pass.output.data + first;
      for (Index i = 0; i < channels.length; ++i) {
        y[i] = (x[i] - at.mean[i]) * at.factor[i] + at.shift[i];
      }
    });
  }

  void backward(const Backward& pass) const override {
    const Channels channels = channels_of(pass);
    const Statistics at(pass.scratch, channels.floats());
    const bool batch = pass.training && !pass.frozen;
    const Block& back = pass.input_gradients[0];
    const bool asked = std::ranges::any_of(
        pass.gradients, [](const Slice& gradient) { return gradient.data != nullptr; });
    if (batch || asked) sum_gradients(pass, channels, at);
    for (std::size_t w = 0; w < pass.gradients.size(); ++w) {
      if (pass.gradients[w].data == nullptr) continue;
      std::copy_n(scale_ && w == 0 ? at.second : at.first, channels.count, pass.gradients[w].data);
    }
    if (back.data == nullptr) return;
    // Through the batch's mean and variance every sample gets a share of the sums.
    const float share = batch ? 1.0f / static_cast<float>(pass.samples * channels.groups) : 0.0f;
    channels.visit(back, pass.samples, [&](Index first) {
      const float *x = pass.inputs[0].data + first, *delta = pass.output_gradient.data + first;
      float* to = back.data + first;
      if (!batch) {
        for (Index i = 0; i < channels.length; ++i) to[i] = at.factor[i] * delta[i];
        return;
      }
      for (Index i = 0; i < channels.length; ++i) {
        const float normal = (x[i] - at.mean[i]) * at.inverse[i];
        to[i] = at.factor[i] * (delta[i] - share * (at.first[i] + normal * at.second[i]));
      }
    });
  }

 private:
  template <class Pass>
  Channels channels_of(const Pass& pass) const {
    return {pass.weights.back().rows, pass.output.rows};
  }

  /// Mean and variance of the batch, in two passes as accurate as float32 allows; the moving
  /// statistics follow them.
  void take_batch(const Forward& pass, const Channels& channels, const Statistics& at) const {
    const Block& in = pass.inputs[0];
    const float share = 1.0f / static_cast<float>(pass.samples * channels.groups);
    float* variance = at.inverse;
    std::fill_n(at.mean, channels.length, 0.0f);
    std::fill_n(variance, channels.length, 0.0f);
    channels.visit(in, pass.samples, [&](Index first) {
      const float* x = in.data + first;
      for (Index i = 0; i < channels.length; ++i) at.mean[i] += x[i];
    });
    for (Index i = 0; i < channels.length; ++i) at.mean[i] *= share;
    channels.visit(in, pass.samples, [&](Index first) {
      const float* x = in.data + first;
      for (Index i = 0; i < channels.length; ++i) {
        variance[i] += (x[i] - at.mean[i]) * (x[i] - at.mean[i]);
      }
    });
    for (Index i = 0; i < channels.length; ++i) variance[i] *= share;
    float* moving_mean = pass.weights[pass.weights.size() - 2].data;
    float* moving_variance = pass.weights.back().data;
    const auto keep = static_cast<float>(momentum_), take = static_cast<float>(1 - momentum_);
    for (Index i = 0; i < channels.count; ++i) {
      moving_mean[i] = moving_mean[i] * keep + at.mean[i] * take;
      moving_variance[i] = moving_variance[i] * keep + variance[i] * take;
    }
    invert(variance, channels, at);
  }

  void take_moving(const Forward& pass, const Channels& channels, const Statistics& at) const {
    std::copy_n(pass.weights[pass.weights.size() - 2].data, channels.length, at.mean);
    invert(pass.weights.back().data, channels, at);
  }

  void invert(const float* variance, const Channels& channels, const Statistics& at) const {
    const Eigen::Map<const Eigen::ArrayXf> from(variance, channels.length);
    Eigen::Map<Eigen::ArrayXf>(at.inverse, channels.length) =
        (from + static_cast<float>(epsilon_)).sqrt().inverse();
  }

  void sum_gradients(const Backward& pass, const Channels& channels, const Statistics& at) const {
    std::fill_n(at.first, channels.length, 0.0f);
    std::fill_n(at.second, channels.length, 0.0f);
    channels.visit(pass.output_gradient, pass.samples, [&](Index first) {
      const float *x = pass.inputs[0].data + first, *delta = pass.output_gradient.data + first;
      for (Index i = 0; i < channels.length; ++i) {
        at.first[i] += delta[i];
        at.second[i] += delta[i] * ((x[i] - at.mean[i]) * at.inverse[i]);
      }
    });
  }

  double momentum_, epsilon_;
  bool center_, scale_;
  Initializer beta_, gamma_, moving_mean_, moving_variance_;
};

}  // namespace

LayerPtr batch_normalization(const BatchNormalizationOptions& options) {
  return std::make_shared<BatchNormalization>(options);
}

}  // namespace tune::model
