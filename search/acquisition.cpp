#include "search/acquisition.hpp"

#include <cmath>

#include "search/expected_improvement.hpp"

namespace tune::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastVariance = 1e-12;  ///< which rounding may take for 0 or less

MatrixXd covariances_of(const Prediction& prediction, const MatrixXd& features) {
  return prediction.process->covariances(features, prediction.weights.size());
}

}  // namespace

VectorXd Acquisition::values(const MatrixXd& features) const {
  const GaussianProcess& process = *scores_.process;
  const MatrixXd covariances = covariances_of(scores_, features);
  const VectorXd means = covariances.transpose() * scores_.weights;
  const VectorXd lost = process.whitened(covariances).colwise().squaredNorm();
  VectorXd values(features.rows());
  for (Index i = 0; i < values.size(); ++i) {
    const double variance = std::max(process.kernel().signal - lost[i], kLeastVariance);
    values[i] = log_expected_improvement(means[i], std::sqrt(variance), best_).value +
                log_augmentation(variance, process.kernel().noise).value;
  }
  if (log_costs_) {
    values -= covariances_of(*log_costs_, features).transpose() * log_costs_->weights;
  }
  return values;
}

double Acquisition::value(const VectorXd& features, VectorXd& slope) const {
  const auto score = scores_.process->posterior(features, scores_.weights);
  const bool known = score.variance < kLeastVariance;
  const double variance = known ? kLeastVariance : score.variance, deviation = std::sqrt(variance);
  const LogImprovement improvement = log_expected_improvement(score.mean, deviation, best_);
  const auto augmentation = log_augmentation(variance, scores_.process->kernel().noise);
  const double value = improvement.value + augmentation.value;
  slope = improvement.by_mean * score.mean_slope;
  if (!known) {
    slope += (improvement.by_deviation / (2 * deviation) + augmentation.by_variance) *
             score.variance_slope;
  }
  if (!log_costs_) return value;
  const auto cost = log_costs_->process->posterior(features, log_costs_->weights);
  slope -= cost.mean_slope;
  return value - cost.mean;
}

}  // namespace tune::search
