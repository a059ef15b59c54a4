#include <cmath>

#include "model/activation.hpp"
#include "model/kernels/elementwise.hpp"
#include "model/losses/elementwise.hpp"
#include "model/losses/makers.hpp"
#include "model/losses/probability.hpp"

namespace tune::model {
namespace {

base::Configuration configuration(const CrossentropyOptions& options) {
  return {{"from_logits", std::string(options.from_logits ? "yes" : "no")},
          {"label_smoothing", options.label_smoothing}};
}

/// A target drawn towards one half.
struct Smoothing {
  explicit Smoothing(double share)
      : kept(static_cast<float>(1 - share)), added(static_cast<float>(share / 2)) {}
  float operator()(float target) const { return target * kept + added; }

  float kept, added;
};

struct OfProbabilities {
  CrossentropyOptions options;
  Smoothing smoothed{options.label_smoothing};

  base::Configuration config() const { return configuration(options); }
  bool fuses(const Activation& last) const { return last.name == "sigmoid"; }

  float value(float prediction, float target) const {
    const float p = clipped(prediction), t = smoothed(target);
    // Labels that are not smoothed need one logarithm only.
    if (t == 0) return -std::log1p(-p);
    if (t == 1) return -std::log(p);
    return -(t * std::log(p) + (1 - t) * std::log1p(-p));
  }
  float slope(float p, float target) const {
    return is_clipped(p) ? 0.0f : (p - smoothed(target)) / (p * (1 - p));
  }
  float fused_slope(float p, float target) const { return p - smoothed(target); }
};

struct OfLogits {
  CrossentropyOptions options;
  Smoothing smoothed{options.label_smoothing};

  base::Configuration config() const { return configuration(options); }

  /// -t log(sigmoid(z)) - (1 - t) log(1 - sigmoid(z)), where nothing overflows.
  float value(float z, float target) const {
    const float positive = z > 0 ? z : 0.0f;
    return positive - z * smoothed(target) + std::log1p(std::exp(-std::abs(z)));
  }
  float slope(float z, float target) const { return kernel::sigmoid(z) - smoothed(target); }
};

}  // namespace

LossPtr binary_crossentropy(const CrossentropyOptions& options) {
  constexpr std::string_view kName = "binary_crossentropy";
  if (options.from_logits) {
    return std::make_shared<Elementwise<OfLogits>>(kName, OfLogits{.options = options});
  }
  return std::make_shared<Elementwise<OfProbabilities>>(kName, OfProbabilities{.options = options});
}

}  // namespace tune::model
