#pragma once

#include <Eigen/Core>
#include <functional>

namespace tune::search {

/// The value of a function at x; writes its gradient.
using Differentiable = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct LbfgsOptions {
  int evaluations = 100;
  double tolerance = 1e-5;  ///< largest component of the projected gradient at which it ends
};

/// Minimises within low <= x <= high from x, which it moves there: L-BFGS (Nocedal and Wright,
/// "Numerical Optimization", algorithm 7.4) on the coordinates that no bound stops, along a
/// projected path with a backtracking search for Armijo's condition. Returns the least value; NaN
/// and infinite values are steps too far. The value at the start must be finite.
double minimize_lbfgs(const Differentiable& function, const Eigen::VectorXd& low,
                      const Eigen::VectorXd& high, Eigen::VectorXd& x,
                      const LbfgsOptions& options = {});

}  // namespace tune::search
