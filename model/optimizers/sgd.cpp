#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

class Sgd : public BaseOptimizer {
 public:
  explicit Sgd(const SgdOptions& options)
      : BaseOptimizer(options.learning_rate, options.clipping),
        momentum_(static_cast<float>(options.momentum)),
        nesterov_(options.nesterov) {}

  std::string_view name() const override { return "sgd"; }
  bool plain() const override { return slots() == 0; }
  std::size_t slots() const override { return momentum_ > 0 ? 1 : 0; }

  void step(std::span<float> parameters, std::span<const float> gradients, std::span<float> memory,
            float rate, std::int64_t) const override {
    const std::size_t size = parameters.size();
    float* w = parameters.data();
    const float* g = gradients.data();
    if (slots() == 0) {
      for (std::size_t i = 0; i < size; ++i) w[i] -= rate * g[i];
      return;
    }
    float* v = memory.data();
    for (std::size_t i = 0; i < size; ++i) {
      v[i] = momentum_ * v[i] - rate * g[i];
      w[i] += nesterov_ ? momentum_ * v[i] - rate * g[i] : v[i];
    }
  }

 private:
  base::Configuration options() const override {
    return {{"momentum", double{momentum_}}, {"nesterov", flag(nesterov_)}};
  }

  float momentum_;
  bool nesterov_;
};

}  // namespace

OptimizerPtr sgd(const SgdOptions& options) {
  return std::make_shared<Sgd>(options);
}

}  // namespace tune::model
