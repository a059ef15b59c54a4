#include <algorithm>
#include <array>
#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

constexpr double kDecay = 0.96;

/// The product over k = 1..t of 1 - 0.96^k / 2. From the last entry on its factors are 1 in double.
constexpr auto kGrowth = [] {
  std::array<double, 1024> products{};
  double product = 1, power = 1;
  for (double& entry : products) {
    entry = product;
    power *= kDecay;
    product *= 1 - 0.5 * power;
  }
  return products;
}();

class Nadam : public BaseOptimizer {
 public:
  explicit Nadam(const NadamOptions& options)
      : BaseOptimizer(options.learning_rate, options.clipping), options_(options) {}

  std::string_view name() const override { return "nadam"; }
  std::size_t slots() const override { return 2; }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t iteration) const override {
    const std::size_t size = parameters.size();
    const auto of_mean = static_cast<float>(share(iteration + 1) / (1 - product(iteration + 1)));
    const auto of_gradient = static_cast<float>((1 - share(iteration)) / (1 - product(iteration)));
    const float unbiased = 1 / started(options_.beta_2, iteration);
    const auto rest_1 = static_cast<float>(1 - options_.beta_1);
    const auto rest_2 = static_cast<float>(1 - options_.beta_2);
    const auto epsilon = static_cast<float>(options_.epsilon);
    float *w = parameters.data(), *m = memory.data(), *v = m + size;
    const float* g = gradients.data();
    for (std::size_t i = 0; i < size; ++i) {
      m[i] += (g[i] - m[i]) * rest_1;
      v[i] += (g[i] * g[i] - v[i]) * rest_2;
      const float mean = of_mean * m[i] + of_gradient * g[i];
      w[i] -= mean * rate / (std::sqrt(v[i] * unbiased) + epsilon);
    }
  }

 private:
  /// u_t.
  double share(std::int64_t t) const {
    return options_.beta_1 * (1 - 0.5 * std::pow(kDecay, static_cast<double>(t)));
  }
  double product(std::int64_t t) const { return nadam_product(options_.beta_1, t); }

  base::Configuration options() const override {
    return {
        {"beta_1", options_.beta_1}, {"beta_2", options_.beta_2}, {"epsilon", options_.epsilon}};
  }

  NadamOptions options_;
};

}  // namespace

double nadam_product(double beta_1, std::int64_t t) {
  const auto last = static_cast<std::int64_t>(kGrowth.size()) - 1;
  return std::pow(beta_1, static_cast<double>(t)) *
         kGrowth[static_cast<std::size_t>(std::min(t, last))];
}

OptimizerPtr nadam(const NadamOptions& options) {
  return std::make_shared<Nadam>(options);
}

}  // namespace tune::model
