#pragma once

#include "model/layers/layers.hpp"

namespace tune::tests {

/// x times a weight of its own for each feature: passes gradients on to whatever stands before a
/// layer under test, for inputs of any shape.
class Scale : public model::Layer {
 public:
  std::string_view type() const override { return "Scale"; }
  model::Shape output_shape(std::span<const model::Shape> inputs) const override {
    return inputs[0];
  }
  std::vector<model::WeightSpec> weights(std::span<const model::Shape> inputs) const override {
    return {{"scale", {model::size_of(inputs[0])}, model::initializer("ones")}};
  }
  void forward(const model::Forward& pass) const override {
    for (model::Index s = 0; s < pass.samples; ++s) {
      for (model::Index i = 0; i < pass.output.rows; ++i) {
        pass.output.sample(s)[i] = pass.weights[0].data[i] * pass.inputs[0].sample(s)[i];
      }
    }
  }
  void backward(const model::Backward& pass) const override {
    const model::Block &in = pass.inputs[0], &back = pass.input_gradients[0];
    float* const gradient = pass.gradients[0].data;
    for (model::Index i = 0; i < pass.output.rows; ++i) {
      float sum = 0;
      for (model::Index s = 0; s < pass.samples; ++s) {
        const float delta = pass.output_gradient.sample(s)[i];
        sum += delta * in.sample(s)[i];
        if (back.data != nullptr) back.sample(s)[i] = delta * pass.weights[0].data[i];
      }
      if (gradient != nullptr) gradient[i] = sum;
    }
  }
};

/// The product of two inputs, element by element.
class Product : public model::Layer {
 public:
  std::string_view type() const override { return "Product"; }
  model::Shape output_shape(std::span<const model::Shape> inputs) const override {
    return inputs[0];
  }
  void forward(const model::Forward& pass) const override {
    for (model::Index s = 0; s < pass.samples; ++s) {
      for (model::Index i = 0; i < pass.output.rows; ++i) {
        pass.output.sample(s)[i] = pass.inputs[0].sample(s)[i] * pass.inputs[1].sample(s)[i];
      }
    }
  }
  void backward(const model::Backward& pass) const override {
    for (std::size_t k = 0; k < 2; ++k) {
      const model::Block &other = pass.inputs[1 - k], &back = pass.input_gradients[k];
      if (back.data == nullptr) continue;
      for (model::Index s = 0; s < pass.samples; ++s) {
        for (model::Index i = 0; i < pass.output.rows; ++i) {
          back.sample(s)[i] = pass.output_gradient.sample(s)[i] * other.sample(s)[i];
        }
      }
    }
  }
};

}  // namespace tune::tests
