#pragma once

#include <Eigen/Core>
#include <vector>

namespace tune::search {

/// How alike outcomes are: Matern-5/2 with a length scale a parameter (ARD), and noise.
struct Kernel {
  Eigen::VectorXd inverse_squares;  ///< of the length scales, one a group of features
  double signal = 1;                ///< variance of the function
  double noise = 1e-6;              ///< variance of outcomes around it
};

/// Points in rows, features in columns. Features of one group share a length scale: those of a
/// choice.
struct Points {
  Eigen::MatrixXd features;
  std::vector<Eigen::Index> groups;  ///< of each feature
};

/// The log marginal likelihood of outcomes (equation 5.8 of Rasmussen and Williams, "Gaussian
/// Processes for Machine Learning", 2006) and its derivatives (5.9) by the logarithms of the
/// inverse squares, the signal and the noise, in this order. -infinity where the covariances are
/// not positive definite in doubles.
double log_likelihood(const Kernel& kernel, const Points& points, const Eigen::VectorXd& outcomes,
                      Eigen::VectorXd& derivatives);

/// A Gaussian process of mean 0 given points (algorithm 2.1 there). What of its posterior depends
/// on the outcomes are weights, which the caller keeps.
///
/// Points are added in O(n^2). Where an argument has rows for less than all points, the first ones
/// are meant; what they give has the same bits before and after others are added.
class GaussianProcess {
 public:
  /// Throws std::domain_error if the covariances are not positive definite.
  GaussianProcess(Kernel kernel, const Points& points);

  const Kernel& kernel() const { return kernel_; }
  Eigen::Index size() const { return scaled_.rows(); }
  /// One more point.
  void add(const Eigen::RowVectorXd& features);

  /// Of the outcomes of the first points: with the covariances of a new point they give its mean.
  Eigen::VectorXd weights(const Eigen::VectorXd& outcomes) const;
  /// The covariances of the first `size` points with new ones, which are rows of features:
  /// size x new.
  Eigen::MatrixXd covariances(const Eigen::MatrixXd& features, Eigen::Index size) const;
  /// Those over the Cholesky factor: a column's squared norm is what the variance of its point
  /// loses.
  Eigen::MatrixXd whitened(const Eigen::MatrixXd& covariances) const;
  /// The covariances of new points with each other.
  Eigen::MatrixXd prior(const Eigen::MatrixXd& features) const;

  /// The posterior of the function at one point, without noise, and its derivatives by the
  /// features.
  struct Posterior {
    double mean, variance;
    Eigen::VectorXd mean_slope, variance_slope;
  };
  Posterior posterior(const Eigen::VectorXd& features, const Eigen::VectorXd& weights) const;

 private:
  Kernel kernel_;
  Eigen::VectorXd scales_;   ///< of the features: inverse lengths
  Eigen::MatrixXd scaled_;   ///< points x features
  Eigen::MatrixXd inverse_;  ///< of the Cholesky factor of the covariances
};

}  // namespace tune::search
