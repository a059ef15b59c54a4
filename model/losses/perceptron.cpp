#include <algorithm>
#include <cmath>

#include "model/activation.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class Perceptron : public Loss {
 public:
  explicit Perceptron(PerceptronRule rule) : rule_(rule) {}

  std::string_view name() const override { return "perceptron"; }
  base::Configuration config() const override {
    return {{"rule", std::string(rule_ == PerceptronRule::book ? "book" : "margin")}};
  }
  bool fuses(const Activation& activation) const override {
    return activation.name == "heaviside" || activation.name == "sign";
  }

  void check(Index prediction_rows, Index target_rows) const override {
    if (target_rows != 1) Loss::check(prediction_rows, target_rows);
  }

  double compute(const LossPass& pass) const override {
    if (pass.input.data == nullptr || (pass.gradient.data != nullptr && !pass.before_activation)) {
      throw base::InputError(
          "the perceptron loss needs an Activation layer with heaviside or sign units at the end");
    }
    const Index rows = pass.prediction.rows;
    const bool one_of_several = pass.target.rows < rows;
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float weight = pass.weight(s);
      double sum = 0;
      for (Index i = 0; i < rows; ++i) {
        const float target = one_of_several ? pass.target.sample(s)[0] == static_cast<float>(i)
                                            : pass.target.sample(s)[i];
        const float y = target > 0 ? 1.0f : -1.0f;
        const float z = pass.input.sample(s)[i];
        // A unit is on from zero up, as the book's Heaviside step; so is a prediction of class 1.
        const bool learns = rule_ == PerceptronRule::margin ? y * z <= 0 : (z >= 0) != (y > 0);
        sum += std::isnan(z)                     ? z
               : rule_ == PerceptronRule::margin ? std::max(0.0f, -y * z)
                                                 : static_cast<float>(learns);
        if (pass.gradient.data != nullptr) {
          pass.gradient.sample(s)[i] = learns ? -y * weight * pass.scale : 0.0f;
        }
      }
      total += weight * sum / static_cast<double>(rows);
    }
    return total;
  }

 private:
  PerceptronRule rule_;
};

}  // namespace

LossPtr perceptron(PerceptronRule rule) {
  return std::make_shared<Perceptron>(rule);
}

}  // namespace tune::model
