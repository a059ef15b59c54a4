#include "model/learners/regressor.hpp"

#include "model/arrays.hpp"
#include "model/metrics/makers.hpp"

namespace tune::model {
namespace {

Problem problem_of(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y) {
  return {Problem::Task::regression, {x.rows()}, y.rows()};
}

}  // namespace

Regressor& Regressor::fit(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y, const Fit& options,
                          std::span<const float> sample_weight) {
  Learner::fit(problem_of(x, y), Arrays(x, y, sample_weight), nullptr, options);
  return *this;
}

Regressor& Regressor::fit(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y,
                          const Eigen::MatrixXf& x_valid, const Eigen::MatrixXf& y_valid,
                          const Fit& options, std::span<const float> sample_weight) {
  const Arrays valid(x_valid, y_valid);
  const Samples validation = valid;
  Learner::fit(problem_of(x, y), Arrays(x, y, sample_weight), &validation, options);
  return *this;
}

Eigen::MatrixXf Regressor::predict(const Eigen::MatrixXf& x) const {
  return Learner::predict(Arrays(x));
}

double Regressor::score(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y,
                        std::span<const float> sample_weight) const {
  const Samples checked = Arrays(x, y, sample_weight);
  return value_of(*r2_metric(), predict(x), y, checked.weights.front());
}

}  // namespace tune::model
