#pragma once

#include "model/learners/learner.hpp"

namespace tune::model {

/// scikit-learn's regressor around a build function. Matrices are features x samples and targets x
/// samples; sample weights are one a sample, or none.
///
///     Regressor regressor(build_with("mlp"), {{"n_hidden", 2}, {"learning_rate", 0.01}});
///     regressor.fit(x, y, {.epochs = 30, .validation_split = 0.2});
///     regressor.score(x_test, y_test);
class Regressor : public Learner {
 public:
  using Learner::Learner;

  /// Builds and trains a model anew. Throws InputError: matrices that do not go together, and what
  /// Model::fit and the build function throw.
  Regressor& fit(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y, const Fit& options = {},
                 std::span<const float> sample_weight = {});
  /// The same, validated on other samples after each epoch.
  Regressor& fit(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y, const Eigen::MatrixXf& x_valid,
                 const Eigen::MatrixXf& y_valid, const Fit& options = {},
                 std::span<const float> sample_weight = {});
  /// Targets x samples.
  Eigen::MatrixXf predict(const Eigen::MatrixXf& x) const;
  /// R², the mean over the targets.
  double score(const Eigen::MatrixXf& x, const Eigen::MatrixXf& y,
               std::span<const float> sample_weight = {}) const;
  /// One like this that has not been trained.
  Regressor clone() const { return Regressor(build(), get_params()); }
};

}  // namespace tune::model
