#pragma once

#include <optional>

#include "search/gaussian_process.hpp"

namespace tune::search {

/// What a Gaussian process predicts from the outcomes of its first points.
struct Prediction {
  const GaussianProcess* process;
  Eigen::VectorXd weights;  ///< of GaussianProcess
};

/// How promising it is to try a point: the logarithm of the augmented expected improvement below
/// `best` (expected_improvement.hpp); of that per cost (Snoek et al., "Practical Bayesian
/// optimization of machine learning algorithms", NeurIPS 2012, section 3.2), if a prediction of the
/// logarithm of costs is given. Immutable; thread-safe. The processes must outlive it.
class Acquisition {
 public:
  Acquisition(Prediction scores, double best, std::optional<Prediction> log_costs)
      : scores_(std::move(scores)), best_(best), log_costs_(std::move(log_costs)) {}

  /// Of many points, in rows of features.
  Eigen::VectorXd values(const Eigen::MatrixXd& features) const;
  /// Of one point, with its derivatives.
  double value(const Eigen::VectorXd& features, Eigen::VectorXd& slope) const;

 private:
  Prediction scores_;
  double best_;
  std::optional<Prediction> log_costs_;
};

}  // namespace tune::search
