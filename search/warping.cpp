#include "search/warping.hpp"

#include <cmath>

namespace tune::search {
namespace {

using Eigen::VectorXd;

VectorXd standardized(VectorXd values) {
  const double largest = values.cwiseAbs().maxCoeff();
  if (largest > 0) values /= largest;  // so that no square overflows
  values.array() -= values.mean();
  const double deviation = std::sqrt(values.squaredNorm() / static_cast<double>(values.size()));
  if (deviation > 1e-14) values /= deviation;
  return values;
}

VectorXd transformed(const VectorXd& values, double lambda) {
  return values.unaryExpr([lambda](double value) { return yeo_johnson(value, lambda); });
}

}  // namespace

double yeo_johnson(double value, double lambda) {
  // (x^l - 1) / l of x = 1 + |value|, mirrored for negative values with 2 - lambda.
  const double l = value >= 0 ? lambda : 2 - lambda, log = std::log1p(std::abs(value));
  const double power = std::abs(l) < 1e-12 ? log : std::expm1(l * log) / l;
  return value >= 0 ? power : -power;
}

double fitted_lambda(const VectorXd& values) {
  const auto n = static_cast<double>(values.size());
  double logs = 0;
  for (const double value : values) logs += std::copysign(std::log1p(std::abs(value)), value);
  const auto likelihood = [&](double lambda) {
    const VectorXd y = transformed(values, lambda);
    return (lambda - 1) * logs - 0.5 * n * std::log((y.array() - y.mean()).square().mean());
  };
  // It has one maximum. A golden-section search.
  const double part = (std::sqrt(5.0) - 1) / 2;
  double low = -2, high = 2, a = high - part * (high - low), b = low + part * (high - low);
  double at_a = likelihood(a), at_b = likelihood(b);
  while (high - low > 0.01) {
    if (at_a > at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - part * (high - low);
      at_a = likelihood(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + part * (high - low);
      at_b = likelihood(b);
    }
  }
  return (low + high) / 2;
}

VectorXd warped(const VectorXd& outcomes) {
  const VectorXd values = standardized(outcomes);
  if (values.maxCoeff() == values.minCoeff()) return values;
  return standardized(transformed(values, fitted_lambda(values)));
}

}  // namespace tune::search
