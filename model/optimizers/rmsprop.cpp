#include <algorithm>
#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

class Rmsprop : public BaseOptimizer {
 public:
  explicit Rmsprop(const RmspropOptions& options)
      : BaseOptimizer(options.learning_rate, options.clipping), options_(options) {}

  std::string_view name() const override { return "rmsprop"; }
  std::size_t slots() const override {
    return std::size_t{1} + (options_.momentum > 0 ? 1 : 0) + (options_.centered ? 1 : 0);
  }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t) const override {
    const std::size_t size = parameters.size();
    float *w = parameters.data(), *v = memory.data(), *last = v + (slots() - 1) * size;
    const float* g = gradients.data();
    if (options_.momentum > 0) {
      float* m = v + size;
      options_.centered ? update<true, true>(w, g, v, m, last, rate, size)
                        : update<true, false>(w, g, v, m, nullptr, rate, size);
    } else {
      options_.centered ? update<false, true>(w, g, v, nullptr, last, rate, size)
                        : update<false, false>(w, g, v, nullptr, nullptr, rate, size);
    }
  }

 private:
  template <bool kMomentum, bool kCentered>
  void update(float* w, const float* g, float* v, float* m, float* mean, float rate,
              std::size_t size) const {
    const auto rho = static_cast<float>(options_.rho), rest = static_cast<float>(1 - options_.rho);
    const auto momentum = static_cast<float>(options_.momentum);
    const auto epsilon = static_cast<float>(options_.epsilon);
    for (std::size_t i = 0; i < size; ++i) {
      v[i] = rho * v[i] + rest * (g[i] * g[i]);
      float variance = v[i];
      if constexpr (kCentered) {
        mean[i] = rho * mean[i] + rest * g[i];
        // Never below zero but for rounding, which Keras answers with NaN.
        variance = std::max(variance - mean[i] * mean[i], 0.0f);
      }
      float step = rate * g[i] / std::sqrt(variance + epsilon);
      if constexpr (kMomentum) step = m[i] = momentum * m[i] + step;
      w[i] -= step;
    }
  }

  base::Configuration options() const override {
    return {{"rho", options_.rho},
            {"momentum", options_.momentum},
            {"epsilon", options_.epsilon},
            {"centered", flag(options_.centered)}};
  }

  RmspropOptions options_;
};

}  // namespace

OptimizerPtr rmsprop(const RmspropOptions& options) {
  return std::make_shared<Rmsprop>(options);
}

}  // namespace tune::model
