#include "search/expected_improvement.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

namespace tune::search {
namespace {

const double kLogRoot2Pi = 0.5 * std::log(2 * std::numbers::pi);

double log_density(double z) {
  return -0.5 * z * z - kLogRoot2Pi;
}

double mass_below(double z) {
  return 0.5 * boost::math::erfc(-z / std::numbers::sqrt2);
}

/// 1 - t m for Mills's ratio m of t, the tail's mass over its density: the asymptotic series
/// t^-2 (1 - 3 t^-2 + 15 t^-4 - 105 t^-6 ...), exact to doubles from t = 10 on.
double mills_rest(double t) {
  const double square = 1 / (t * t);
  double term = 1, sum = 1;
  for (int k = 3; k <= 41 && std::abs(term) > 1e-17; k += 2) {
    term *= -k * square;
    sum += term;
  }
  return sum * square;
}

}  // namespace

LogImprovement log_expected_improvement(double mean, double deviation, double best) {
  // The improvement is deviation * h(z), h(z) = density(z) + z * mass_below(z).
  const double z = (best - mean) / deviation;
  double log_h, mass_over_h, density_over_h;
  if (z > -1) {
    const double density = std::exp(log_density(z)), mass = mass_below(z), h = density + z * mass;
    log_h = std::log(h);
    mass_over_h = mass / h;
    density_over_h = density / h;
  } else {
    // h = density(z) (1 - t m), with t = -z.
    const double t = -z;
    const double rest = t < 10 ? 1 - t * mass_below(z) / std::exp(log_density(z)) : mills_rest(t);
    log_h = log_density(z) + std::log(rest);
    mass_over_h = (1 - rest) / (t * rest);
    density_over_h = 1 / rest;
  }
  return {std::log(deviation) + log_h, -mass_over_h / deviation, density_over_h / deviation};
}

LogFactor log_augmentation(double variance, double noise) {
  // 1 - n / r = v / (r (r + n)), r^2 = v + n^2, which no difference makes inaccurate.
  const double total = variance + noise, mixed = std::sqrt(noise * total);
  return {std::log(variance / (total + mixed)),
          1 / variance - (1 + noise / (2 * mixed)) / (total + mixed)};
}

}  // namespace tune::search
