#pragma once

#include "model/learners/learner.hpp"

namespace tune::model {

/// scikit-learn's classifier where a sample has several labels or none, around a build function: y
/// is labels x samples, 1 where a label holds and else 0. The build function is told of a
/// multilabel task with an output a label.
class MultilabelClassifier : public Learner {
 public:
  using Learner::Learner;

  /// Builds and trains a model anew. Throws InputError: samples that do not go together, labels
  /// other than 0 and 1, a model that does not give an output a label, and what Model::fit and the
  /// build function throw.
  MultilabelClassifier& fit(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                            const Fit& options = {}, std::span<const float> sample_weight = {});
  /// The same, validated on other samples after each epoch.
  MultilabelClassifier& fit(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                            const Eigen::MatrixXf& x_valid, const Eigen::MatrixXi& y_valid,
                            const Fit& options = {}, std::span<const float> sample_weight = {});
  /// Labels x samples: 1 where an output is above 1/2.
  Eigen::MatrixXi predict(const Eigen::MatrixXf& x) const;
  /// Probabilities of the labels, labels x samples, each for itself. Throws InputError if the model
  /// gives none.
  Eigen::MatrixXf predict_proba(const Eigen::MatrixXf& x) const;
  /// Accuracy: the (weighted) share of the samples all of whose labels are predicted.
  double score(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
               std::span<const float> sample_weight = {}) const;
  /// One like this that has not been trained.
  MultilabelClassifier clone() const { return MultilabelClassifier(build(), get_params()); }

 private:
  void train(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y, const Samples* validation,
             const Fit& options, std::span<const float> sample_weight);
};

}  // namespace tune::model
