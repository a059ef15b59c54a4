#include <cmath>
#include <numbers>

#include "model/losses/elementwise.hpp"
#include "model/losses/makers.hpp"

namespace tune::model {
namespace {

/// keras.backend.epsilon(): keeps logarithms and quotients finite.
constexpr float kEpsilon = 1e-7f;

/// At least epsilon, or NaN.
float above_zero(float x) {
  return x < kEpsilon ? kEpsilon : x;
}

struct Squared {
  double value(float p, float t) const { return static_cast<double>(p - t) * (p - t); }
  float slope(float p, float t) const { return 2 * (p - t); }
};

struct Absolute {
  double value(float p, float t) const { return std::abs(p - t); }
  float slope(float p, float t) const { return p > t ? 1.0f : p < t ? -1.0f : 0.0f; }
};

struct SquaredLogarithmic {
  static double distance(float p, float t) {
    return std::log1p(static_cast<double>(above_zero(p))) -
           std::log1p(static_cast<double>(above_zero(t)));
  }
  double value(float p, float t) const { return distance(p, t) * distance(p, t); }
  float slope(float p, float t) const {
    return p < kEpsilon ? 0.0f : 2 * static_cast<float>(distance(p, t)) / (p + 1);
  }
};

struct HuberTerm {
  float delta;
  base::Configuration config() const { return {{"delta", double{delta}}}; }
  double value(float p, float t) const {
    const double d = p - t, size = std::abs(d), edge = delta;
    return size <= edge ? 0.5 * d * d : edge * (size - 0.5 * edge);
  }
  float slope(float p, float t) const {
    return std::abs(p - t) <= delta ? p - t : std::copysign(delta, p - t);
  }
};

struct LogCosh {
  /// log(cosh(d)) = |d| + log((1 + exp(-2 |d|)) / 2), where nothing overflows.
  double value(float p, float t) const {
    const double size = std::abs(static_cast<double>(p) - t);
    return size + std::log1p(std::exp(-2 * size)) - std::numbers::ln2;
  }
  float slope(float p, float t) const { return std::tanh(p - t); }
};

struct PoissonTerm {
  double value(float p, float t) const {
    return p - t * std::log(static_cast<double>(p) + kEpsilon);
  }
  float slope(float p, float t) const { return 1 - t / (p + kEpsilon); }
};

struct HingeTerm {
  static float side(float target) { return target == 0 ? -1.0f : target; }
  double value(float p, float t) const {
    const float margin = 1 - side(t) * p;
    return margin <= 0 ? 0.0f : margin;
  }
  float slope(float p, float t) const { return side(t) * p < 1 ? -side(t) : 0.0f; }
};

template <class Term>
LossPtr elementwise(std::string_view name, Term term) {
  return std::make_shared<Elementwise<Term>>(name, term);
}

}  // namespace

LossPtr mean_squared_error() {
  return elementwise("mse", Squared{});
}
LossPtr mean_absolute_error() {
  return elementwise("mae", Absolute{});
}
LossPtr mean_squared_logarithmic_error() {
  return elementwise("msle", SquaredLogarithmic{});
}
LossPtr huber(double delta) {
  return elementwise("huber", HuberTerm{static_cast<float>(delta)});
}
LossPtr log_cosh() {
  return elementwise("log_cosh", LogCosh{});
}
LossPtr poisson() {
  return elementwise("poisson", PoissonTerm{});
}
LossPtr hinge() {
  return elementwise("hinge", HingeTerm{});
}

}  // namespace tune::model
