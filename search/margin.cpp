#include "search/margin.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

namespace tune::search {
namespace {

/// The mass of a standard normal above z.
double above(double z) {
  if (std::isinf(z)) return z < 0 ? 1 : 0;
  return 0.5 * boost::math::erfc(z / std::numbers::sqrt2);
}

/// Where that mass is p.
double upper_quantile(double p) {
  return std::numbers::sqrt2 * boost::math::erfc_inv(2 * std::clamp(p, 1e-300, 1.0 - 1e-16));
}

}  // namespace

Marginal with_margin(const Marginal& law, const Interval& cell, double margin) {
  const bool first = std::isinf(cell.low), last = std::isinf(cell.high);
  if (first && last) return law;
  if (first || last) {
    const double edge = first ? cell.high : cell.low;
    const double needed = law.deviation * upper_quantile(margin);
    const double distance = std::min(std::abs(law.mean - edge), needed);
    return {first ? edge - distance : edge + distance, law.deviation};
  }
  // Both tails are raised to half the margin; what that takes is taken from all three parts, as far
  // as they lie above their least mass.
  const double half = margin / 2;
  double below = above((law.mean - cell.low) / law.deviation);
  double beyond = above((cell.high - law.mean) / law.deviation);
  const double inside = 1 - below - beyond;
  if (below >= half && beyond >= half) return law;
  below = std::max(below, half);
  beyond = std::max(beyond, half);
  const double excess = below + beyond + inside - 1, spare = below + beyond + inside - 3 * half;
  const auto lowered = [&](double tail) {
    return std::clamp(tail - excess * (tail - half) / spare, 1e-10, 0.5 - 1e-10);
  };
  const double to_low = upper_quantile(lowered(below)), to_high = upper_quantile(lowered(beyond));
  return {(cell.low * to_high + cell.high * to_low) / (to_low + to_high),
          (cell.high - cell.low) / (to_low + to_high)};
}

double cut_normal(const Interval& interval, double u) {
  // From the side where the masses are small, which keeps their digits.
  if (interval.low + interval.high < 0) return -cut_normal({-interval.high, -interval.low}, 1 - u);
  const double from = above(interval.low), to = above(interval.high);
  return std::clamp(upper_quantile(from + u * (to - from)), interval.low, interval.high);
}

}  // namespace tune::search
