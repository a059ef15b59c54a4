#pragma once

#include "model/learners/learner.hpp"

namespace tune::model {

/// scikit-learn's classifier around a build function: labels are any integers, one a sample. The
/// build function is told of a binary task and one output for two classes, and else of a multiclass
/// task and an output a class; targets are classes' indices or one-hot, as the loss takes them.
/// Where a sample has several labels: MultilabelClassifier.
class Classifier : public Learner {
 public:
  using Learner::Learner;

  /// Builds and trains a model anew; Fit::class_weight goes by labels. Throws InputError: samples
  /// that do not go together, labels of one class only, a model that does not give an output a
  /// class, and what Model::fit and the build function throw.
  Classifier& fit(const Eigen::MatrixXf& x, const Eigen::VectorXi& y, const Fit& options = {},
                  std::span<const float> sample_weight = {});
  /// The same, validated on other samples after each epoch; their labels must be among those of y.
  Classifier& fit(const Eigen::MatrixXf& x, const Eigen::VectorXi& y,
                  const Eigen::MatrixXf& x_valid, const Eigen::VectorXi& y_valid,
                  const Fit& options = {}, std::span<const float> sample_weight = {});
  /// A label for each sample.
  Eigen::VectorXi predict(const Eigen::MatrixXf& x) const;
  /// Probabilities of the classes, classes x samples, in the order of classes(). Throws InputError
  /// if the model gives none.
  Eigen::MatrixXf predict_proba(const Eigen::MatrixXf& x) const;
  /// Accuracy: the (weighted) share of the samples whose label is predicted.
  double score(const Eigen::MatrixXf& x, const Eigen::VectorXi& y,
               std::span<const float> sample_weight = {}) const;
  /// scikit-learn's classes_: the labels of the last fit, ascending.
  const std::vector<int>& classes() const { return classes_; }
  /// One like this that has not been trained.
  Classifier clone() const { return Classifier(build(), get_params()); }

 private:
  void start(const Eigen::MatrixXf& x, const Eigen::VectorXi& y, const base::Rng& rng);
  void train(const Eigen::MatrixXf& x, const Eigen::VectorXi& y, const Samples* validation,
             Fit options, std::span<const float> sample_weight);
  /// Targets as the model's loss takes them.
  Eigen::MatrixXf targets(const Eigen::VectorXi& labels) const;
  /// Throws InputError if there is no such label.
  int class_of(int label) const;

  std::vector<int> classes_;
};

}  // namespace tune::model
