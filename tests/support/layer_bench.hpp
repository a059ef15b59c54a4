#pragma once

#include <cmath>
#include <vector>

#include "model/layers/layers.hpp"
#include "tests/support/blocks.hpp"

namespace tune::tests {

/// One layer with memory of its own for all that a workspace would give it. The padding of the
/// inputs holds something finite, as it may in a network, and that of gradients zero.
class LayerBench {
 public:
  struct Mode {
    bool training = true, frozen = false, gradients = true;
    std::uint64_t noise = 1;
  };

  LayerBench(model::LayerPtr layer, const std::vector<model::Shape>& shapes, model::Index samples)
      : layer_(std::move(layer)),
        samples_(samples),
        specs_(layer_->weights(shapes)),
        output_(Eigen::MatrixXf::Zero(model::size_of(layer_->output_shape(shapes)), samples)),
        output_gradient_(output_.matrix()),
        scratch_(static_cast<std::size_t>(layer_->scratch(shapes, samples))) {
    for (const model::Shape& shape : shapes) {
      const Eigen::MatrixXf zero = Eigen::MatrixXf::Zero(model::size_of(shape), samples);
      inputs_.push_back(std::make_unique<Blocked>(zero, 0.75f));
      input_gradients_.push_back(std::make_unique<Blocked>(zero));
    }
    for (const model::WeightSpec& spec : specs_) {
      const model::Index rows = spec.shape.empty() ? 1 : spec.shape.back();
      const Eigen::MatrixXf zero = Eigen::MatrixXf::Zero(rows, model::size_of(spec.shape) / rows);
      weights_.push_back(std::make_unique<Blocked>(zero));
      gradients_.push_back(std::make_unique<Blocked>(zero));
    }
  }

  const std::vector<model::WeightSpec>& specs() const { return specs_; }
  std::size_t inputs() const { return inputs_.size(); }
  // Features x samples; a weight as the layer stores it: its last axis by rows.
  Eigen::Map<Eigen::MatrixXf, 0, Eigen::OuterStride<>> input(std::size_t i) {
    return view(*inputs_[i]);
  }
  Eigen::Map<Eigen::MatrixXf, 0, Eigen::OuterStride<>> weight(std::size_t i) {
    return view(*weights_[i]);
  }
  Eigen::MatrixXf output() const { return output_.matrix(); }
  Eigen::MatrixXf input_gradient(std::size_t i) const { return input_gradients_[i]->matrix(); }
  Eigen::MatrixXf weight_gradient(std::size_t i) const { return gradients_[i]->matrix(); }

  void forward(const Mode& mode) {
    const auto ins = blocks(inputs_);
    const auto weights = slices(weights_);
    const base::Rng noise(mode.noise);
    layer_->forward({ins, output_.block(), weights, scratch_.data(), samples_, mode.training,
                     mode.frozen, noise, 3});
  }

  /// After forward in the same mode.
  void backward(const Mode& mode, const Eigen::MatrixXf& output_gradient) {
    view(output_gradient_) = output_gradient;
    const auto ins = blocks(inputs_), backs = blocks(input_gradients_);
    const auto weights = slices(weights_);
    std::vector<model::Slice> gradients;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      if (!specs_[i].trainable) continue;
      gradients.push_back(mode.gradients ? slices(gradients_)[i] : model::Slice{});
    }
    layer_->backward({ins, output_.block(), weights, scratch_.data(), samples_, mode.training,
                      mode.frozen, output_gradient_.block(), false, backs, gradients, 0});
  }

  /// Is anything between the columns of the gradients not zero, or of the output not finite?
  bool dirty_padding() const {
    bool dirty = !output_.padding().allFinite();
    for (const auto& gradient : input_gradients_) dirty |= (gradient->padding().array() != 0).any();
    for (const auto& gradient : gradients_) dirty |= (gradient->padding().array() != 0).any();
    return dirty;
  }

 private:
  using Blocks = std::vector<std::unique_ptr<Blocked>>;

  static Eigen::Map<Eigen::MatrixXf, 0, Eigen::OuterStride<>> view(const Blocked& of) {
    const model::Block& block = of.block();
    return {block.data, block.rows, of.samples(), Eigen::OuterStride<>(block.stride)};
  }
  static std::vector<model::Block> blocks(const Blocks& of) {
    std::vector<model::Block> all;
    for (const auto& item : of) all.push_back(item->block());
    return all;
  }
  static std::vector<model::Slice> slices(const Blocks& of) {
    std::vector<model::Slice> all;
    for (const auto& item : of) {
      all.push_back(
          {item->block().data, item->block().rows, item->samples(), item->block().stride});
    }
    return all;
  }

  model::LayerPtr layer_;
  model::Index samples_;
  std::vector<model::WeightSpec> specs_;
  Blocks inputs_, input_gradients_, weights_, gradients_;
  Blocked output_, output_gradient_;
  model::Floats scratch_;
};

}  // namespace tune::tests
