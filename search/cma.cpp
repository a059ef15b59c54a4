#include "search/cma.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace tune::search {

Cma::Cma(Vector mean, double sigma, Index population)
    : mean_(std::move(mean)),
      path_sigma_(Vector::Zero(mean_.size())),
      path_c_(Vector::Zero(mean_.size())),
      covariance_(Matrix::Identity(mean_.size(), mean_.size())),
      axes_(covariance_),
      lengths_(Vector::Ones(mean_.size())),
      sigma_(sigma),
      weights_(population) {
  const auto n = static_cast<double>(dimensions()), lambda = static_cast<double>(population);
  for (Index i = 0; i < population; ++i) {
    weights_[i] = std::log((lambda + 1) / 2) - std::log(static_cast<double>(i + 1));  // (49)
  }
  const auto better = weights_.head(population / 2), worse = weights_.tail((population + 1) / 2);
  mu_eff_ = better.sum() * better.sum() / better.squaredNorm();
  const double mu_eff_worse = worse.sum() * worse.sum() / worse.squaredNorm();

  c_sigma_ = (mu_eff_ + 2) / (n + mu_eff_ + 5);  // (55)
  d_sigma_ = 1 + 2 * std::max(0.0, std::sqrt((mu_eff_ - 1) / (n + 1)) - 1) + c_sigma_;
  c_c_ = (4 + mu_eff_ / n) / (n + 4 + 2 * mu_eff_ / n);  // (56)
  c_1_ = 2 / ((n + 1.3) * (n + 1.3) + mu_eff_);          // (57)
  c_mu_ = std::min(1 - c_1_ - 1e-8,                      // (58); 1e-8: for large populations
                   2 * (mu_eff_ - 2 + 1 / mu_eff_) / ((n + 2) * (n + 2) + mu_eff_));
  chi_ = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  const double alpha = std::min({1 + c_1_ / c_mu_,                      // (50)
                                 1 + 2 * mu_eff_worse / (mu_eff_ + 2),  // (51)
                                 (1 - c_1_ - c_mu_) / (n * c_mu_)});    // (52)
  const double positive = weights_.cwiseMax(0).sum(), negative = -weights_.cwiseMin(0).sum();
  for (double& weight : weights_) weight *= weight >= 0 ? 1 / positive : alpha / negative;  // (53)
}

void Cma::update(const Matrix& ys) {
  const auto n = static_cast<double>(dimensions());
  ++generation_;
  const Vector step = ys * weights_.cwiseMax(0);  // (41)
  mean_ += sigma_ * step;                         // (42)

  path_sigma_ *= 1 - c_sigma_;  // (43)
  path_sigma_ += std::sqrt(c_sigma_ * (2 - c_sigma_) * mu_eff_) * (axes_ * whiten(step));
  const double length = path_sigma_.norm();
  // The package cmaes counts generations so: one more than the tutorial on page 28.
  const double settled = 1 - std::pow(1 - c_sigma_, 2 * (generation_ + 1));
  const bool leaps = length / std::sqrt(settled) >= (1.4 + 2 / (n + 1)) * chi_;

  path_c_ *= 1 - c_c_;  // (45)
  if (!leaps) path_c_ += std::sqrt(c_c_ * (2 - c_c_) * mu_eff_) * step;

  Vector shares = weights_;  // (46)
  for (Index i = 0; i < shares.size(); ++i) {
    if (shares[i] < 0) shares[i] *= n / (whiten(ys.col(i)).squaredNorm() + 1e-8);
  }
  covariance_ *=
      1 + (leaps ? c_1_ * c_c_ * (2 - c_c_) : 0) - c_1_ - c_mu_ * weights_.sum();  // (47)
  covariance_ += c_1_ * path_c_ * path_c_.transpose();
  covariance_ += c_mu_ * ys * shares.asDiagonal() * ys.transpose();
  covariance_ = (0.5 * (covariance_ + covariance_.transpose())).eval();
  sigma_ *= std::exp(c_sigma_ / d_sigma_ * (length / chi_ - 1));  // (44)

  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance_);
  axes_ = solver.eigenvectors();
  const Vector squares = solver.eigenvalues().cwiseMax(1e-15 * solver.eigenvalues().maxCoeff());
  lengths_ = squares.cwiseSqrt();
  if (squares != solver.eigenvalues()) {  // rounding has taken its definiteness
    covariance_ = axes_ * squares.asDiagonal() * axes_.transpose();
  }
}

bool Cma::degenerate() const {
  return lengths_.maxCoeff() > 1e7 * lengths_.minCoeff();
}

Cma::Matrix triangular_root(const Cma::Matrix& covariance) {
  const Eigen::LLT<Cma::Matrix> factor(covariance);
  if (factor.info() == Eigen::Success) return factor.matrixL();
  // C = A' A with A = D^(1/2) V', and A = Q R makes it R' R.
  const Eigen::SelfAdjointEigenSolver<Cma::Matrix> solver(covariance);
  const double least = 1e-14 * solver.eigenvalues().maxCoeff();
  const Cma::Matrix root = solver.eigenvalues().cwiseMax(least).cwiseSqrt().asDiagonal() *
                           solver.eigenvectors().transpose();
  Cma::Matrix upper = root.householderQr().matrixQR().triangularView<Eigen::Upper>();
  for (Cma::Index i = 0; i < upper.rows(); ++i) {
    if (upper(i, i) < 0) upper.row(i) *= -1;
  }
  return upper.transpose();
}

}  // namespace tune::search
