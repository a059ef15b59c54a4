#pragma once

#include <Eigen/Core>

namespace tune::search {

/// The transform of Yeo and Johnson, "A new family of power transformations to improve normality or
/// symmetry" (Biometrika 87, 2000).
double yeo_johnson(double value, double lambda);
/// The lambda in [-2, 2] under which values are most likely normal, to 0.01.
double fitted_lambda(const Eigen::VectorXd& values);

/// Outcomes as a Gaussian process expects them, mean 0 and deviation 1: standardised, transformed
/// with their fitted lambda, standardised again. Their order stays; heavy tails, which would hide
/// the differences between good outcomes, go. Must be finite.
Eigen::VectorXd warped(const Eigen::VectorXd& outcomes);

}  // namespace tune::search
