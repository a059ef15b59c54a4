#include "search/kernel_fit.hpp"

#include <cmath>

#include "search/lbfgs.hpp"

namespace tune::search {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr double kLeastNoise = 1e-6;

Kernel kernel_of(const VectorXd& logs) {
  const Index groups = logs.size() - 2;
  return {logs.head(groups).array().exp(), std::exp(logs[groups]),
          kLeastNoise + std::exp(logs[groups + 1])};
}

}  // namespace

double fit_loss(const Points& points, const VectorXd& outcomes, const VectorXd& logs,
                VectorXd& gradient) {
  const Kernel kernel = kernel_of(logs);
  const Index groups = logs.size() - 2;
  double loss = -log_likelihood(kernel, points, outcomes, gradient);
  gradient = -gradient;
  for (Index g = 0; g < groups; ++g) {
    const double w = kernel.inverse_squares[g];
    loss += 0.1 / w + 0.1 * w;
    gradient[g] += 0.1 * w - 0.1 / w;
  }
  loss += kernel.signal - std::log(kernel.signal);
  gradient[groups] += kernel.signal - 1;
  const double extra = kernel.noise - kLeastNoise;
  loss += 5 * kernel.noise - 0.1 * std::log(kernel.noise);
  gradient[groups + 1] *= extra / kernel.noise;
  gradient[groups + 1] += (5 - 0.1 / kernel.noise) * extra;
  return loss;
}

Kernel fit_kernel(const Points& points, const VectorXd& outcomes) {
  const Index groups = points.groups.back() + 1;
  VectorXd low = VectorXd::Constant(groups + 2, -12), high = VectorXd::Constant(groups + 2, 8);
  low.tail(2) << -6, -20;
  high.tail(2) << 6, 1;
  VectorXd logs = VectorXd::Constant(groups + 2, std::log(4.0));  // lengths of half the range
  logs.tail(2) << 0, -5;
  const auto loss = [&](const VectorXd& at, VectorXd& gradient) {
    return fit_loss(points, outcomes, at, gradient);
  };
  minimize_lbfgs(loss, low, high, logs, {.evaluations = 80, .tolerance = 1e-2});
  return kernel_of(logs);
}

}  // namespace tune::search
