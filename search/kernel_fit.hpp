#pragma once

#include "search/gaussian_process.hpp"

namespace tune::search {

/// The kernel of largest posterior probability (MAP) for outcomes of mean 0 and deviation 1:
/// L-BFGS over the logarithms from a fixed start, length scales of half the range.
///
/// The priors are those of Optuna 5's GPSampler but for the noise's, which is wider: of an inverse
/// squared length w exp(-0.1 / w - 0.1 w), of the signal gamma(2, 1), of the noise gamma(1.1, 5)
/// above 1e-6.
Kernel fit_kernel(const Points& points, const Eigen::VectorXd& outcomes);

/// What it minimises: minus the log likelihood and the log priors, up to constants, with its
/// gradient. `logs`: of the inverse squares, the signal, and the noise above its least value.
double fit_loss(const Points& points, const Eigen::VectorXd& outcomes, const Eigen::VectorXd& logs,
                Eigen::VectorXd& gradient);

}  // namespace tune::search
