#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "model/model.hpp"

namespace tune::tests {

/// What a gradient may differ from the finite difference, as a share of the largest gradient.
/// Float32 losses of about 1, a step of 1/32 and a formula of the fourth order leave about 1e-5; a
/// wrong factor, sign or index is off by 1e-1 and more.
inline constexpr double kGradientTolerance = 1e-3;

/// The derivative of `at` at 0 that is nearest to `expected`, out of three steps and the formulas
/// of the fourth order for both sides and for one: where a kink (ReLU, MAE) lies on one side, the
/// other one, or a smaller step, still sees the derivative.
inline double derivative(const std::function<double(double)>& at, double expected) {
  double nearest = INFINITY;
  const auto close = [&](double slope) {
    if (std::abs(slope - expected) < std::abs(nearest - expected)) nearest = slope;
    return std::abs(slope - expected) < 1e-4 * std::abs(expected);
  };
  const auto one_side = [&](double h) {
    return (48 * at(h) - 36 * at(2 * h) + 16 * at(3 * h) - 3 * at(4 * h) - 25 * at(0)) / (12 * h);
  };
  for (const double h : {0x1p-5, 0x1p-7, 0x1p-9}) {
    if (close((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))) break;
    if (close(one_side(h)) || close(one_side(-h))) break;
  }
  return nearest;
}

/// Copies the gradients that a training computes, and changes nothing.
class GradientRecorder : public model::Optimizer {
 public:
  explicit GradientRecorder(std::vector<float>& gradients) : gradients_(gradients) {}

  std::string_view name() const override { return "recorder"; }
  base::Configuration config() const override { return {}; }
  float rate() const override { return 0; }
  std::size_t slots() const override { return 0; }
  void step(std::span<float>, std::span<const float> gradients, std::span<float>, float,
            std::int64_t) const override {
    gradients_.assign(gradients.begin(), gradients.end());
  }

 private:
  std::vector<float>& gradients_;
};

/// The gradients of a training step over all samples, as flat as the parameters.
inline std::vector<float> gradients_of(model::Model model, const model::Samples& samples) {
  std::vector<float> gradients;
  model::Compile options = model.compiled();
  options.optimizer = std::make_shared<GradientRecorder>(gradients);
  model.compile(std::move(options));
  model.fit(samples, nullptr,
            {.batch_size = static_cast<model::Index>(samples.rows.size()), .shuffle = false});
  return gradients;
}

struct GradientCheck {
  double error = 0;      ///< largest difference of a gradient from the finite difference
  double largest = 0;    ///< gradient
  bool padding = false;  ///< is any gradient between the weights not zero?
};

/// Compares the gradients of all weights with finite differences of Model::evaluate's loss.
inline GradientCheck check_gradients(const model::Model& model, const model::Samples& samples) {
  const std::vector<float> gradients = gradients_of(model, samples);
  std::vector<float> padding = gradients;
  model::Model moved = model;
  GradientCheck check;
  for (const model::Node& node : model.network().nodes()) {
    for (const model::WeightPlace& place : node.weights) {
      if (!place.spec.trainable) continue;
      for (model::Index i = 0; i < place.rows * place.cols; ++i) {
        const auto k =
            static_cast<std::size_t>(place.offset + i / place.rows * place.stride + i % place.rows);
        const auto loss = [&](double distance) {
          moved.weights().parameters[k] =
              static_cast<float>(model.weights().parameters[k] + distance);
          return moved.evaluate(samples).at("loss");
        };
        const double expected = gradients[k];
        check.error = std::max(check.error, std::abs(derivative(loss, expected) - expected));
        check.largest = std::max(check.largest, std::abs(expected));
        moved.weights().parameters[k] = model.weights().parameters[k];
        padding[k] = 0;
      }
    }
  }
  check.padding = std::ranges::any_of(padding, [](float g) { return g != 0; });
  return check;
}

}  // namespace tune::tests
