#include <algorithm>
#include <cmath>

#include "model/activation.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// keras.backend.epsilon(): probabilities are kept that far from 0 and 1.
constexpr float kEpsilon = 1e-7f;

float clipped(float p) {
  return std::clamp(p, kEpsilon, 1 - kEpsilon);
}

class BinaryCrossentropy : public Loss {
 public:
  std::string_view name() const override { return "binary_crossentropy"; }
  bool fuses(const Activation& activation) const override { return activation.name == "sigmoid"; }

  double compute(const LossPass& pass) const override {
    const Index rows = pass.prediction.rows;
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float weight = pass.weights == nullptr ? 1.0f : pass.weights[s];
      const float* prediction = pass.prediction.sample(s);
      const float* target = pass.target.sample(s);
      double sum = 0;
      for (Index i = 0; i < rows; ++i) {
        const float p = clipped(prediction[i]), t = target[i];
        sum -= t * std::log(p) + (1 - t) * std::log1p(-p);
        if (pass.gradient.data == nullptr) continue;
        const float slope = pass.before_activation ? prediction[i] - t : (p - t) / (p * (1 - p));
        pass.gradient.sample(s)[i] = slope * (weight * pass.scale / static_cast<float>(rows));
      }
      total += weight * sum / static_cast<double>(rows);
    }
    return total;
  }
};

class CategoricalCrossentropy : public Loss {
 public:
  explicit CategoricalCrossentropy(bool sparse) : sparse_(sparse) {}

  std::string_view name() const override {
    return sparse_ ? "sparse_categorical_crossentropy" : "categorical_crossentropy";
  }
  bool fuses(const Activation& activation) const override { return activation.name == "softmax"; }

  void check(Index prediction_rows, Index target_rows) const override {
    if (prediction_rows < 2) {
      throw base::InputError(std::string(name()) +
                             " needs an output for each class; for one output use "
                             "binary_crossentropy");
    }
    if (target_rows != 1) Loss::check(prediction_rows, target_rows);
  }

  double compute(const LossPass& pass) const override {
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float weight = pass.weights == nullptr ? 1.0f : pass.weights[s];
      total += weight * (pass.target.rows == 1 ? sparse(pass, s, weight) : dense(pass, s, weight));
    }
    return total;
  }

 private:
  static Index checked(float label, Index classes) {
    if (label >= 0 && label < static_cast<float>(classes)) return static_cast<Index>(label);
    throw base::InputError("the class " + std::to_string(label) + " is not one of 0 to " +
                           std::to_string(classes - 1));
  }

  static double sparse(const LossPass& pass, Index s, float weight) {
    const Index label = checked(pass.target.sample(s)[0], pass.prediction.rows);
    const float* prediction = pass.prediction.sample(s);
    const float p = clipped(prediction[label]);
    if (pass.gradient.data != nullptr) {
      float* gradient = pass.gradient.sample(s);
      const float scale = weight * pass.scale;
      for (Index i = 0; i < pass.prediction.rows; ++i) {
        gradient[i] = pass.before_activation ? scale * prediction[i] : 0.0f;
      }
      gradient[label] -= pass.before_activation ? scale : scale / p;
    }
    return -std::log(p);
  }

  static double dense(const LossPass& pass, Index s, float weight) {
    const float* prediction = pass.prediction.sample(s);
    const float* target = pass.target.sample(s);
    double sum = 0;
    float mass = 0;
    for (Index i = 0; i < pass.prediction.rows; ++i) mass += target[i];
    for (Index i = 0; i < pass.prediction.rows; ++i) {
      const float p = clipped(prediction[i]);
      sum -= target[i] * std::log(p);
      if (pass.gradient.data == nullptr) continue;
      const float slope =
          pass.before_activation ? mass * prediction[i] - target[i] : -target[i] / p;
      pass.gradient.sample(s)[i] = slope * (weight * pass.scale);
    }
    return sum;
  }

  bool sparse_;
};

}  // namespace

LossPtr binary_crossentropy() {
  return std::make_shared<BinaryCrossentropy>();
}
LossPtr categorical_crossentropy() {
  return std::make_shared<CategoricalCrossentropy>(false);
}
LossPtr sparse_categorical_crossentropy() {
  return std::make_shared<CategoricalCrossentropy>(true);
}

}  // namespace tune::model
