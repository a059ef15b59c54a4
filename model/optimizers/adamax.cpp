#include <algorithm>
#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

class Adamax : public BaseOptimizer {
 public:
  explicit Adamax(const AdamaxOptions& options)
      : BaseOptimizer(options.learning_rate, options.clipping), options_(options) {}

  std::string_view name() const override { return "adamax"; }
  std::size_t slots() const override { return 2; }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t iteration) const override {
    const std::size_t size = parameters.size();
    const float alpha = rate / started(options_.beta_1, iteration);
    const auto rest_1 = static_cast<float>(1 - options_.beta_1);
    const auto beta_2 = static_cast<float>(options_.beta_2);
    const auto epsilon = static_cast<float>(options_.epsilon);
    float *w = parameters.data(), *m = memory.data(), *u = m + size;
    const float* g = gradients.data();
    for (std::size_t i = 0; i < size; ++i) {
      m[i] += (g[i] - m[i]) * rest_1;
      u[i] = std::max(beta_2 * u[i], std::abs(g[i]));
      w[i] -= m[i] * alpha / (u[i] + epsilon);
    }
  }

 private:
  base::Configuration options() const override {
    return {
        {"beta_1", options_.beta_1}, {"beta_2", options_.beta_2}, {"epsilon", options_.epsilon}};
  }

  AdamaxOptions options_;
};

}  // namespace

OptimizerPtr adamax(const AdamaxOptions& options) {
  return std::make_shared<Adamax>(options);
}

}  // namespace tune::model
