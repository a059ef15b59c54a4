#include "search/lbfgs.hpp"

#include <cmath>
#include <deque>
#include <vector>

namespace tune::search {
namespace {

using Eigen::VectorXd;

constexpr std::size_t kMemory = 8;

struct Pair {
  VectorXd step, change;  ///< of x and of the gradient
  double curvature;       ///< their product, above 0
};

/// The two-loop recursion: an approximate Newton direction.
VectorXd direction(const std::deque<Pair>& pairs, const VectorXd& gradient) {
  VectorXd d = -gradient;
  std::vector<double> shares(pairs.size());
  for (std::size_t k = pairs.size(); k-- > 0;) {
    shares[k] = pairs[k].step.dot(d) / pairs[k].curvature;
    d -= shares[k] * pairs[k].change;
  }
  if (!pairs.empty()) d *= pairs.back().curvature / pairs.back().change.squaredNorm();
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    d += (shares[k] - pairs[k].change.dot(d) / pairs[k].curvature) * pairs[k].step;
  }
  return d;
}

/// The gradient without the coordinates that it pushes against a bound, where they stay.
VectorXd pull_of(const VectorXd& gradient, const VectorXd& x, const VectorXd& low,
                 const VectorXd& high) {
  VectorXd pull = gradient;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    if ((x[i] <= low[i] && gradient[i] > 0) || (x[i] >= high[i] && gradient[i] < 0)) pull[i] = 0;
  }
  return pull;
}

}  // namespace

double minimize_lbfgs(const Differentiable& function, const VectorXd& low, const VectorXd& high,
                      VectorXd& x, const LbfgsOptions& options) {
  x = x.cwiseMax(low).cwiseMin(high).eval();
  VectorXd gradient(x.size()), next(x.size()), next_gradient(x.size());
  double value = function(x, gradient);
  std::deque<Pair> pairs;
  for (int evaluations = 1; evaluations < options.evaluations;) {
    const VectorXd pull = pull_of(gradient, x, low, high);
    if (!(pull.lpNorm<Eigen::Infinity>() > options.tolerance)) break;
    VectorXd d = direction(pairs, pull);
    for (Eigen::Index i = 0; i < x.size(); ++i) {
      if (pull[i] == 0) d[i] = 0;
    }
    if (d.dot(pull) >= 0) {
      pairs.clear();
      d = -pull;
    }
    double length = pairs.empty() ? std::min(1.0, 1 / pull.norm()) : 1, next_value = value;
    bool lower = false;
    for (; !lower && evaluations < options.evaluations && length > 1e-10; length *= 0.4) {
      next = (x + length * d).cwiseMax(low).cwiseMin(high);
      next_value = function(next, next_gradient);
      ++evaluations;
      lower = std::isfinite(next_value) && next_value <= value + 1e-4 * pull.dot(next - x);
    }
    if (!lower) break;
    Pair pair{next - x, next_gradient - gradient, 0};
    pair.curvature = pair.step.dot(pair.change);
    if (pair.curvature > 1e-10 * pair.change.squaredNorm()) pairs.push_back(std::move(pair));
    if (pairs.size() > kMemory) pairs.pop_front();
    const double gain = value - next_value;
    x = next;
    gradient = next_gradient;
    value = next_value;
    if (gain < 1e-9 * (1 + std::abs(value))) break;
  }
  return value;
}

}  // namespace tune::search
