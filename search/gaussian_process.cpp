#include "search/gaussian_process.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace tune::search {
namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// The kernel of squared distances, and its derivative by them.
MatrixXd matern(const MatrixXd& squares, double signal, MatrixXd* slopes = nullptr) {
  const ArrayXXd root = (5 * squares.array()).sqrt();
  const ArrayXXd decay = signal * (-root).exp();
  if (slopes != nullptr) *slopes = -5.0 / 6 * (1 + root) * decay;
  return (1 + root + 5.0 / 3 * squares.array()) * decay;
}

/// Squared distances of the rows of a to the rows of b.
MatrixXd squared_distances(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd squares = -2 * a * b.transpose();
  squares.colwise() += a.rowwise().squaredNorm();
  squares.rowwise() += b.rowwise().squaredNorm().transpose();
  return squares.cwiseMax(0);
}

VectorXd feature_scales(const Kernel& kernel, const std::vector<Index>& groups) {
  return VectorXd::NullaryExpr(std::ssize(groups), [&](Index f) {
    return std::sqrt(kernel.inverse_squares[groups[static_cast<std::size_t>(f)]]);
  });
}

}  // namespace

double log_likelihood(const Kernel& kernel, const Points& points, const VectorXd& outcomes,
                      VectorXd& derivatives) {
  const Index n = points.features.rows(), groups = kernel.inverse_squares.size();
  const MatrixXd scaled = points.features * feature_scales(kernel, points.groups).asDiagonal();
  MatrixXd slopes;
  const MatrixXd signals = matern(squared_distances(scaled, scaled), kernel.signal, &slopes);
  MatrixXd covariances = signals;
  covariances.diagonal().array() += kernel.noise;
  const Eigen::LLT<MatrixXd> factor(covariances);
  derivatives = VectorXd::Zero(groups + 2);
  if (factor.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
  const VectorXd alpha = factor.solve(outcomes);

  // d/dt = 1/2 tr((alpha alpha' - K^-1) dK/dt).
  MatrixXd pull = -factor.solve(MatrixXd::Identity(n, n));
  pull += alpha * alpha.transpose();
  derivatives[groups] = 0.5 * pull.cwiseProduct(signals).sum();
  derivatives[groups + 1] = 0.5 * kernel.noise * pull.trace();
  // The sum of a symmetric M times a feature's squared differences is 2 (x^2' M 1 - x' M x).
  pull = pull.cwiseProduct(slopes).eval();
  const VectorXd sums = pull.rowwise().sum();
  const MatrixXd products = pull * scaled;
  for (Index f = 0; f < scaled.cols(); ++f) {
    derivatives[points.groups[static_cast<std::size_t>(f)]] +=
        scaled.col(f).cwiseAbs2().dot(sums) - scaled.col(f).dot(products.col(f));
  }
  return -0.5 * outcomes.dot(alpha) - factor.matrixLLT().diagonal().array().log().sum() -
         0.5 * static_cast<double>(n) * std::log(2 * std::numbers::pi);
}

GaussianProcess::GaussianProcess(Kernel kernel, const Points& points)
    : kernel_(std::move(kernel)),
      scales_(feature_scales(kernel_, points.groups)),
      scaled_(points.features * scales_.asDiagonal()) {
  MatrixXd covariances = prior(points.features);
  covariances.diagonal().array() += kernel_.noise;
  const Eigen::LLT<MatrixXd> factor(covariances);
  if (factor.info() != Eigen::Success) throw std::domain_error("covariances are not definite");
  inverse_ = factor.matrixL().solve(MatrixXd::Identity(size(), size()));
}

void GaussianProcess::add(const RowVectorXd& features) {
  const Index n = size();
  const VectorXd edge = whitened(covariances(features, n));
  // Rounding apart it is at least the noise.
  const double rest = std::max(kernel_.signal + kernel_.noise - edge.squaredNorm(), kernel_.noise);
  const VectorXd back = inverse_.triangularView<Eigen::Lower>().transpose() * edge;
  scaled_.conservativeResize(n + 1, Eigen::NoChange);
  scaled_.row(n) = features * scales_.asDiagonal();
  inverse_.conservativeResizeLike(MatrixXd::Zero(n + 1, n + 1));
  inverse_.row(n).head(n) = -back.transpose() / std::sqrt(rest);
  inverse_(n, n) = 1 / std::sqrt(rest);
}

VectorXd GaussianProcess::weights(const VectorXd& outcomes) const {
  const Index n = outcomes.size();
  const auto inverse = inverse_.topLeftCorner(n, n).triangularView<Eigen::Lower>();
  const VectorXd white = inverse * outcomes;
  return inverse.transpose() * white;
}

MatrixXd GaussianProcess::covariances(const MatrixXd& features, Index size) const {
  const MatrixXd scaled = features * scales_.asDiagonal();
  return matern(squared_distances(scaled_.topRows(size), scaled), kernel_.signal);
}

MatrixXd GaussianProcess::whitened(const MatrixXd& covariances) const {
  const Index n = covariances.rows();
  return inverse_.topLeftCorner(n, n).triangularView<Eigen::Lower>() * covariances;
}

MatrixXd GaussianProcess::prior(const MatrixXd& features) const {
  const MatrixXd scaled = features * scales_.asDiagonal();
  return matern(squared_distances(scaled, scaled), kernel_.signal);
}

GaussianProcess::Posterior GaussianProcess::posterior(const VectorXd& features,
                                                      const VectorXd& weights) const {
  const Index n = weights.size();
  const VectorXd x = features.cwiseProduct(scales_);
  ArrayXd squares = ArrayXd::Zero(n);
  for (Index f = 0; f < x.size(); ++f) squares += (scaled_.col(f).head(n).array() - x[f]).square();
  const ArrayXd root = (5 * squares).sqrt();
  const ArrayXd decay = kernel_.signal * (-root).exp();
  const VectorXd covariances = (1 + root + 5.0 / 3 * squares) * decay;
  const ArrayXd slopes = -5.0 / 3 * (1 + root) * decay;  // times x - x_i: by x
  const auto inverse = inverse_.topLeftCorner(n, n).triangularView<Eigen::Lower>();
  const VectorXd white = inverse * covariances;
  const VectorXd solved = inverse.transpose() * white;

  Posterior posterior{weights.dot(covariances), kernel_.signal - white.squaredNorm(),
                      VectorXd(x.size()), VectorXd(x.size())};
  for (Index f = 0; f < x.size(); ++f) {
    const VectorXd away = slopes * (x[f] - scaled_.col(f).head(n).array()) * scales_[f];
    posterior.mean_slope[f] = away.dot(weights);
    posterior.variance_slope[f] = -2 * solved.dot(away);
  }
  return posterior;
}

}  // namespace tune::search
