#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

class Adagrad : public BaseOptimizer {
 public:
  explicit Adagrad(const AdagradOptions& options)
      : BaseOptimizer(options.learning_rate, options.clipping), options_(options) {}

  std::string_view name() const override { return "adagrad"; }
  std::size_t slots() const override { return 1; }
  float initial(std::size_t) const override {
    return static_cast<float>(options_.initial_accumulator_value);
  }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t) const override {
    const std::size_t size = parameters.size();
    const auto epsilon = static_cast<float>(options_.epsilon);
    float *w = parameters.data(), *a = memory.data();
    const float* g = gradients.data();
    for (std::size_t i = 0; i < size; ++i) {
      a[i] += g[i] * g[i];
      w[i] -= rate * g[i] / std::sqrt(a[i] + epsilon);
    }
  }

 private:
  base::Configuration options() const override {
    return {{"initial_accumulator_value", options_.initial_accumulator_value},
            {"epsilon", options_.epsilon}};
  }

  AdagradOptions options_;
};

}  // namespace

OptimizerPtr adagrad(const AdagradOptions& options) {
  return std::make_shared<Adagrad>(options);
}

}  // namespace tune::model
