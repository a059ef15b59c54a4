#include "model/optimizers/optimizer.hpp"

namespace tune::model {
namespace {

class Sgd : public Optimizer {
 public:
  explicit Sgd(const SgdOptions& options)
      : rate_(static_cast<float>(options.learning_rate)),
        momentum_(static_cast<float>(options.momentum)),
        nesterov_(options.nesterov) {}

  std::string_view name() const override { return "sgd"; }
  base::Configuration config() const override {
    return {{"learning_rate", double{rate_}},
            {"momentum", double{momentum_}},
            {"nesterov", std::string(nesterov_ ? "yes" : "no")}};
  }
  float rate() const override { return rate_; }
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
  float rate_, momentum_;
  bool nesterov_;
};

}  // namespace

OptimizerPtr sgd(const SgdOptions& options) {
  return std::make_shared<Sgd>(options);
}

}  // namespace tune::model
