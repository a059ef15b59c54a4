#include "model/learners/multilabel_classifier.hpp"

#include "model/arrays.hpp"
#include "model/learners/accuracy.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

Eigen::MatrixXf targets(const Eigen::MatrixXi& y) {
  for (const int label : y.reshaped()) {
    if (label == 0 || label == 1) continue;
    throw base::InputError("fit: y has a " + std::to_string(label) +
                           "; where there are several labels, each is 0 or 1");
  }
  return y.cast<float>();
}

}  // namespace

MultilabelClassifier& MultilabelClassifier::fit(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                                                const Fit& options,
                                                std::span<const float> sample_weight) {
  train(x, y, nullptr, options, sample_weight);
  return *this;
}

MultilabelClassifier& MultilabelClassifier::fit(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                                                const Eigen::MatrixXf& x_valid,
                                                const Eigen::MatrixXi& y_valid, const Fit& options,
                                                std::span<const float> sample_weight) {
  const Eigen::MatrixXf valid_targets = targets(y_valid);
  const Arrays valid(x_valid, valid_targets);
  const Samples validation = valid;
  train(x, y, &validation, options, sample_weight);
  return *this;
}

void MultilabelClassifier::train(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                                 const Samples* validation, const Fit& options,
                                 std::span<const float> sample_weight) {
  const Eigen::MatrixXf y_targets = targets(y);
  const Arrays arrays(x, y_targets, sample_weight);
  start({Problem::Task::multilabel, {x.rows()}, y.rows()}, arrays, options.rng);
  const Index units = size_of(model().network().output(0).shape);
  if (units != y.rows()) {
    throw base::InputError("fit: the model has " + std::to_string(units) + " outputs for " +
                           std::to_string(y.rows()) + " labels");
  }
  Learner::train(arrays, validation, options);
}

Eigen::MatrixXi MultilabelClassifier::predict(const Eigen::MatrixXf& x) const {
  return (Learner::predict(Arrays(x)).array() > 0.5f).cast<int>();
}

Eigen::MatrixXf MultilabelClassifier::predict_proba(const Eigen::MatrixXf& x) const {
  return Learner::predict_proba(Arrays(x));
}

double MultilabelClassifier::score(const Eigen::MatrixXf& x, const Eigen::MatrixXi& y,
                                   std::span<const float> sample_weight) const {
  return accuracy_score(predict(x), y, sample_weight);
}

}  // namespace tune::model
