#include <algorithm>
#include <cmath>

#include "model/activation.hpp"
#include "model/kernels/elementwise.hpp"
#include "model/losses/label.hpp"
#include "model/losses/makers.hpp"
#include "model/losses/probability.hpp"
#include "model/losses/sums.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// How targets are smoothed: target -> target * kept + added.
struct Smoothing {
  Smoothing(double share, Index classes)
      : kept(static_cast<float>(1 - share)),
        added(static_cast<float>(share / static_cast<double>(classes))) {}
  float kept, added;
};

/// The smoothed targets of a sample that is of one class.
struct Label {
  Index label, classes;
  Smoothing smoothing;

  float operator()(Index i) const { return smoothing.added + (i == label ? smoothing.kept : 0.0f); }
  /// The sum of the targets.
  float mass() const { return 1; }
  /// The sum of target times cost(class); what no target looks at is not computed.
  template <class Cost>
  double expectation(Cost cost) const {
    const double own = smoothing.kept * static_cast<double>(cost(label));
    return smoothing.added == 0 ? own : own + smoothing.added * sum_of(classes, cost);
  }
  void subtract_from(float* gradient, float factor) const {
    gradient[label] -= smoothing.kept * factor;
    if (smoothing.added == 0) return;
    for (Index i = 0; i < classes; ++i) gradient[i] -= smoothing.added * factor;
  }
};

/// The smoothed targets of a sample with a target for each class: one-hot, or shares.
struct Shares {
  const float* shares;
  Index classes;
  Smoothing smoothing;

  float operator()(Index i) const { return shares[i] * smoothing.kept + smoothing.added; }
  float mass() const { return static_cast<float>(sum_of(classes, *this)); }
  template <class Cost>
  double expectation(Cost cost) const {
    double sum = 0;
    for (Index i = 0; i < classes; ++i) {
      if (const float t = (*this)(i); t != 0) sum += t * static_cast<double>(cost(i));
    }
    return sum;
  }
  void subtract_from(float* gradient, float factor) const {
    for (Index i = 0; i < classes; ++i) gradient[i] -= (*this)(i)*factor;
  }
};

/// Of a softmax's outputs p, with the gradient, if there is one, before the softmax.
template <class Targets>
double of_softmax(const float* p, const Targets& targets, float* gradient, float factor) {
  if (gradient != nullptr) {
    const float scale = targets.mass() * factor;
    for (Index i = 0; i < targets.classes; ++i) gradient[i] = scale * p[i];
    targets.subtract_from(gradient, factor);
  }
  return targets.expectation([&](Index i) { return -std::log(clipped(p[i])); });
}

/// Of probabilities p, which are divided by their sum first.
template <class Targets>
double of_probabilities(const float* p, const Targets& targets, float* gradient, float factor) {
  const Index classes = targets.classes;
  const auto sum = static_cast<float>(sum_of(classes, [&](Index i) { return p[i]; }));
  if (gradient != nullptr) {
    // The slope in the divided probabilities, and from there through the division.
    const auto slope = [&](Index i) {
      return is_clipped(p[i] / sum) ? 0.0f : -targets(i) * (sum / p[i]);
    };
    const auto mean =
        static_cast<float>(sum_of(classes, [&](Index i) { return slope(i) * (p[i] / sum); }));
    for (Index i = 0; i < classes; ++i) gradient[i] = (slope(i) - mean) / sum * factor;
  }
  return targets.expectation([&](Index i) { return -std::log(clipped(p[i] / sum)); });
}

/// Of logits z: the logarithms of their softmax.
template <class Targets>
double of_logits(const float* z, const Targets& targets, float* gradient, float factor) {
  const Index classes = targets.classes;
  const float top = *std::max_element(z, z + classes);
  const double sum = sum_of(classes, [&](Index i) { return kernel::exp(z[i] - top); });
  if (gradient != nullptr) {
    const float scale = targets.mass() * factor / static_cast<float>(sum);
    for (Index i = 0; i < classes; ++i) gradient[i] = scale * kernel::exp(z[i] - top);
    targets.subtract_from(gradient, factor);
  }
  const double log_sum = std::log(sum);
  return targets.expectation([&](Index i) { return log_sum - (z[i] - top); });
}

class CategoricalCrossentropy : public Loss {
 public:
  CategoricalCrossentropy(bool sparse, const CrossentropyOptions& options)
      : sparse_(sparse), options_(options) {}

  std::string_view name() const override {
    return sparse_ ? "sparse_categorical_crossentropy" : "categorical_crossentropy";
  }
  base::Configuration config() const override {
    base::Configuration config{{"from_logits", std::string(options_.from_logits ? "yes" : "no")}};
    if (!sparse_) config["label_smoothing"] = options_.label_smoothing;
    return config;
  }
  bool fuses(const Activation& last) const override {
    return !options_.from_logits && last.name == "softmax";
  }

  void check(Index prediction_rows, Index target_rows) const override {
    if (prediction_rows < 2) {
      throw base::InputError(std::string(name()) +
                             " needs an output for each class; for one output use "
                             "binary_crossentropy");
    }
    if (target_rows != 1) Loss::check(prediction_rows, target_rows);
  }

  double compute(const LossPass& pass) const override {
    const Index classes = pass.prediction.rows;
    const Smoothing smoothing(options_.label_smoothing, classes);
    double total = 0;
    for (Index s = 0; s < pass.samples; ++s) {
      const float* target = pass.target.sample(s);
      total += pass.weight(s) *
               (pass.target.rows == 1
                    ? one(pass, s, Label{class_index(*target, classes), classes, smoothing})
                    : one(pass, s, Shares{target, classes, smoothing}));
    }
    return total;
  }

 private:
  template <class Targets>
  double one(const LossPass& pass, Index s, const Targets& targets) const {
    const float* prediction = pass.prediction.sample(s);
    float* gradient = pass.gradient.data == nullptr ? nullptr : pass.gradient.sample(s);
    const float factor = pass.weight(s) * pass.scale;
    if (options_.from_logits) return of_logits(prediction, targets, gradient, factor);
    return pass.before_activation ? of_softmax(prediction, targets, gradient, factor)
                                  : of_probabilities(prediction, targets, gradient, factor);
  }

  bool sparse_;
  CrossentropyOptions options_;
};

}  // namespace

LossPtr categorical_crossentropy(const CrossentropyOptions& options) {
  return std::make_shared<CategoricalCrossentropy>(false, options);
}
LossPtr sparse_categorical_crossentropy(bool from_logits) {
  return std::make_shared<CategoricalCrossentropy>(true,
                                                   CrossentropyOptions{.from_logits = from_logits});
}

}  // namespace tune::model
