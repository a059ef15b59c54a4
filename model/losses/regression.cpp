#include <cmath>

#include "model/losses/makers.hpp"

namespace tune::model {
namespace {

/// A loss that is the mean over the outputs of a function of prediction - target.
///
/// kTerm(difference) returns the value and sets the derivative.
template <class Term>
class Elementwise : public Loss {
 public:
  Elementwise(std::string_view name, Term term) : name_(name), term_(term) {}

  std::string_view name() const override { return name_; }
  base::Configuration config() const override {
    if constexpr (requires(Term term) { term.delta; }) return {{"delta", double{term_.delta}}};
    return {};
  }

  double compute(const LossPass& pass) const override {
    const Index rows = pass.prediction.rows;
    const float share = 1.0f / static_cast<float>(rows);
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float weight = pass.weights == nullptr ? 1.0f : pass.weights[s];
      const float* prediction = pass.prediction.sample(s);
      const float* target = pass.target.sample(s);
      double sum = 0;
      for (Index i = 0; i < rows; ++i) {
        float slope;
        sum += term_(prediction[i] - target[i], slope);
        if (pass.gradient.data != nullptr) {
          pass.gradient.sample(s)[i] = slope * (share * weight * pass.scale);
        }
      }
      total += weight * sum / static_cast<double>(rows);
    }
    return total;
  }

 private:
  std::string_view name_;
  Term term_;
};

struct Squared {
  double operator()(float d, float& slope) const {
    slope = 2 * d;
    return static_cast<double>(d) * d;
  }
};

struct Absolute {
  double operator()(float d, float& slope) const {
    slope = d > 0 ? 1.0f : d < 0 ? -1.0f : 0.0f;
    return std::abs(d);
  }
};

struct HuberTerm {
  float delta;
  double operator()(float d, float& slope) const {
    const float size = std::abs(d);
    slope = size <= delta ? d : std::copysign(delta, d);
    return size <= delta ? 0.5 * d * d : static_cast<double>(delta) * (size - 0.5 * delta);
  }
};

}  // namespace

LossPtr mean_squared_error() {
  return std::make_shared<Elementwise<Squared>>("mse", Squared{});
}
LossPtr mean_absolute_error() {
  return std::make_shared<Elementwise<Absolute>>("mae", Absolute{});
}
LossPtr huber(double delta) {
  return std::make_shared<Elementwise<HuberTerm>>("huber", HuberTerm{static_cast<float>(delta)});
}

}  // namespace tune::model
