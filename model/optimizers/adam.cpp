#include <algorithm>
#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

/// Adam and AdamW, which differ in the decay alone.
class Adam : public BaseOptimizer {
 public:
  Adam(const AdamOptions& options, double weight_decay)
      : BaseOptimizer(options.learning_rate, options.clipping),
        options_(options),
        weight_decay_(weight_decay) {}

  std::string_view name() const override { return "adam"; }
  std::size_t slots() const override { return options_.amsgrad ? 3 : 2; }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t iteration) const override {
    options_.amsgrad ? update<true>(parameters, gradients, memory, rate, iteration)
                     : update<false>(parameters, gradients, memory, rate, iteration);
  }

 protected:
  double weight_decay() const { return weight_decay_; }
  base::Configuration options() const override {
    return {{"beta_1", options_.beta_1},
            {"beta_2", options_.beta_2},
            {"epsilon", options_.epsilon},
            {"amsgrad", flag(options_.amsgrad)}};
  }

 private:
  template <bool kAmsgrad>
  void update(std::span<float> parameters, std::span<const float> gradients,
              std::span<float> memory, float rate, std::int64_t iteration) const {
    const std::size_t size = parameters.size();
    const float alpha =
        rate * std::sqrt(started(options_.beta_2, iteration)) / started(options_.beta_1, iteration);
    const float decay = rate * static_cast<float>(weight_decay_);
    const auto rest_1 = static_cast<float>(1 - options_.beta_1);
    const auto rest_2 = static_cast<float>(1 - options_.beta_2);
    const auto epsilon = static_cast<float>(options_.epsilon);
    float *w = parameters.data(), *m = memory.data(), *v = m + size;
    float* largest = kAmsgrad ? v + size : nullptr;
    const float* g = gradients.data();
    for (std::size_t i = 0; i < size; ++i) {
      m[i] += (g[i] - m[i]) * rest_1;
      v[i] += (g[i] * g[i] - v[i]) * rest_2;
      float second = v[i];
      if constexpr (kAmsgrad) second = largest[i] = std::max(largest[i], v[i]);
      const float kept = w[i] - w[i] * decay;
      w[i] = kept - m[i] * alpha / (std::sqrt(second) + epsilon);
    }
  }

  AdamOptions options_;
  double weight_decay_;
};

class AdamW : public Adam {
 public:
  explicit AdamW(const AdamwOptions& options)
      : Adam({options.learning_rate, options.beta_1, options.beta_2, options.epsilon,
              options.amsgrad, options.clipping},
             options.weight_decay) {}

  std::string_view name() const override { return "adamw"; }

 private:
  base::Configuration options() const override {
    base::Configuration all = Adam::options();
    all["weight_decay"] = weight_decay();
    return all;
  }
};

}  // namespace

OptimizerPtr adam(const AdamOptions& options) {
  return std::make_shared<Adam>(options, 0);
}

OptimizerPtr adamw(const AdamwOptions& options) {
  return std::make_shared<AdamW>(options);
}

}  // namespace tune::model
