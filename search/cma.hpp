#pragma once

#include <Eigen/Core>

namespace tune::search {

/// The distribution of Hansen's CMA-ES and its update, "The CMA Evolution Strategy: A Tutorial"
/// (arXiv 1604.00772v2): the tutorial's default constants and active (negative) weights.
///
/// Points are m + sigma y with y ~ N(0, C). A value: copies are independent; reading one object
/// from many threads is safe.
class Cma {
 public:
  using Index = Eigen::Index;
  using Vector = Eigen::VectorXd;
  using Matrix = Eigen::MatrixXd;

  /// C starts as the identity. Needs a dimension, a sigma above 0 and a population from 2.
  Cma(Vector mean, double sigma, Index population);

  Index dimensions() const { return mean_.size(); }
  Index population() const { return weights_.size(); }
  const Vector& mean() const { return mean_; }
  double sigma() const { return sigma_; }
  const Matrix& covariance() const { return covariance_; }
  /// Of a population, the best first: the better half sums to 1, the rest is negative.
  const Vector& weights() const { return weights_; }
  /// The standard deviation of one coordinate.
  double deviation(Index i) const { return sigma_ * std::sqrt(covariance_(i, i)); }

  /// y in the coordinates where it is N(0, 1), and back.
  Vector whiten(const Vector& y) const { return (axes_.transpose() * y).cwiseQuotient(lengths_); }
  Vector colour(const Vector& z) const { return axes_ * lengths_.cwiseProduct(z); }

  /// The update by one generation (equations 41 to 47): the columns are the y of its points, the
  /// best first.
  void update(const Matrix& ys);
  /// CMA-ES with margin does this after an update.
  void move_mean(Index i, double mean) { mean_[i] = mean; }
  /// Has it lost its shape: a condition number of C above 1e14?
  bool degenerate() const;

 private:
  Vector mean_, path_sigma_, path_c_;
  Matrix covariance_, axes_;  ///< columns of axes_: eigenvectors of the covariance
  Vector lengths_;            ///< square roots of its eigenvalues
  double sigma_;
  int generation_ = 0;

  Vector weights_;
  double mu_eff_ = 0, c_sigma_ = 0, d_sigma_ = 0, c_c_ = 0, c_1_ = 0, c_mu_ = 0, chi_ = 0;
};

/// The lower triangular L with L L' = C and a positive diagonal. Where rounding has taken the
/// definiteness of C its eigenvalues count as a 1e-14th of the largest at least.
Cma::Matrix triangular_root(const Cma::Matrix& covariance);

}  // namespace tune::search
