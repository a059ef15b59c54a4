#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "model/losses/loss.hpp"
#include "model/losses/sums.hpp"

namespace tune::model {

/// A loss that is the mean over the outputs of a function of one prediction and its target: a Term
/// has value(prediction, target) and slope(prediction, target), its derivative in the prediction.
template <class Term>
class Elementwise : public Loss {
 public:
  Elementwise(std::string_view name, Term term) : name_(name), term_(std::move(term)) {}

  std::string_view name() const override { return name_; }
  base::Configuration config() const override {
    if constexpr (requires { term_.config(); }) return term_.config();
    return {};
  }
  bool fuses(const Activation& last) const override {
    if constexpr (requires { term_.fuses(last); }) return term_.fuses(last);
    return false;
  }

  double compute(const LossPass& pass) const override {
    if constexpr (requires { term_.fused_slope(0.0f, 0.0f); }) {
      if (pass.before_activation) {
        return compute(pass, [&](float p, float t) { return term_.fused_slope(p, t); });
      }
    }
    return compute(pass, [&](float p, float t) { return term_.slope(p, t); });
  }

 private:
  template <class Slope>
  double compute(const LossPass& pass, Slope slope) const {
    const Index rows = pass.prediction.rows;
    if (rows == 1) return one_output(pass, slope);
    const float share = pass.scale / static_cast<float>(rows);
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float *p = pass.prediction.sample(s), *t = pass.target.sample(s);
      if (pass.gradient.data != nullptr) {
        const float factor = share * pass.weight(s);
        float* gradient = pass.gradient.sample(s);
        for (Index i = 0; i < rows; ++i) gradient[i] = slope(p[i], t[i]) * factor;
      }
      total += pass.weight(s) * sum_of(rows, [&](Index i) { return term_.value(p[i], t[i]); });
    }
    return total / static_cast<double>(rows);
  }

  /// The same without loops around one number, which would cost more than the number.
  template <class Slope>
  double one_output(const LossPass& pass, Slope slope) const {
    const float *p = pass.prediction.data, *t = pass.target.data, *weights = pass.weights;
    float* gradient = pass.gradient.data;
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float weight = weights == nullptr ? 1.0f : weights[s];
      if (gradient != nullptr) {
        gradient[s * pass.gradient.stride] = slope(*p, *t) * (pass.scale * weight);
      }
      total += weight * static_cast<double>(term_.value(*p, *t));
      p += pass.prediction.stride;
      t += pass.target.stride;
    }
    return total;
  }

  std::string_view name_;
  Term term_;
};

}  // namespace tune::model
