#include "model/learners/classifier.hpp"

#include <algorithm>

#include "model/arrays.hpp"
#include "model/learners/accuracy.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Does the loss take one row with the index of the class (or with 0 and 1)?
bool takes_index(const Loss& loss, Index units) {
  try {
    loss.check(units, 1);
    return true;
  } catch (const base::InputError&) {
    return false;
  }
}

}  // namespace

Classifier& Classifier::fit(const Eigen::MatrixXf& x, const Eigen::VectorXi& y, const Fit& options,
                            std::span<const float> sample_weight) {
  start(x, y, options.rng);
  train(x, y, nullptr, options, sample_weight);
  return *this;
}

Classifier& Classifier::fit(const Eigen::MatrixXf& x, const Eigen::VectorXi& y,
                            const Eigen::MatrixXf& x_valid, const Eigen::VectorXi& y_valid,
                            const Fit& options, std::span<const float> sample_weight) {
  start(x, y, options.rng);
  const Eigen::MatrixXf valid_targets = targets(y_valid);
  const Arrays valid(x_valid, valid_targets);
  const Samples validation = valid;
  train(x, y, &validation, options, sample_weight);
  return *this;
}

void Classifier::start(const Eigen::MatrixXf& x, const Eigen::VectorXi& y, const base::Rng& rng) {
  classes_.assign(y.begin(), y.end());
  std::ranges::sort(classes_);
  classes_.erase(std::ranges::unique(classes_).begin(), classes_.end());
  if (classes_.size() < 2) throw base::InputError("fit: labels of at least two classes are needed");
  const auto count = static_cast<std::int64_t>(classes_.size());
  const Problem problem = count == 2 ? Problem{Problem::Task::binary, {x.rows()}, 1}
                                     : Problem{Problem::Task::multiclass, {x.rows()}, count};
  Learner::start(problem, Arrays(x), rng);
  const Index units = size_of(model().network().output(0).shape);
  if (units == count || (units == 1 && count == 2)) return;
  throw base::InputError("fit: the model has " + std::to_string(units) + " outputs for " +
                         std::to_string(count) + " classes");
}

void Classifier::train(const Eigen::MatrixXf& x, const Eigen::VectorXi& y,
                       const Samples* validation, Fit options,
                       std::span<const float> sample_weight) {
  std::map<int, float> class_weight;
  for (const auto& [label, weight] : options.class_weight) class_weight[class_of(label)] = weight;
  options.class_weight = std::move(class_weight);
  const Eigen::MatrixXf y_targets = targets(y);
  Learner::train(Arrays(x, y_targets, sample_weight), validation, options);
}

Eigen::MatrixXf Classifier::targets(const Eigen::VectorXi& labels) const {
  const Index units = size_of(model().network().output(0).shape);
  const bool index = takes_index(*model().compiled().losses[0], units);
  Eigen::MatrixXf targets = Eigen::MatrixXf::Zero(index ? 1 : units, labels.size());
  for (Index s = 0; s < labels.size(); ++s) {
    const int number = class_of(labels[s]);
    targets(index ? 0 : number, s) = index ? static_cast<float>(number) : 1.0f;
  }
  return targets;
}

int Classifier::class_of(int label) const {
  const auto found = std::ranges::lower_bound(classes_, label);
  if (found != classes_.end() && *found == label) return static_cast<int>(found - classes_.begin());
  throw base::InputError("the label " + std::to_string(label) + " is not one of those of y");
}

Eigen::VectorXi Classifier::predict(const Eigen::MatrixXf& x) const {
  Eigen::VectorXi labels = predict_classes(Arrays(x));
  for (int& label : labels) label = classes_[static_cast<std::size_t>(label)];
  return labels;
}

Eigen::MatrixXf Classifier::predict_proba(const Eigen::MatrixXf& x) const {
  Eigen::MatrixXf outputs = Learner::predict_proba(Arrays(x));
  if (outputs.rows() > 1) return outputs;
  Eigen::MatrixXf both(2, outputs.cols());
  both << (1 - outputs.array()).matrix(), outputs;
  return both;
}

double Classifier::score(const Eigen::MatrixXf& x, const Eigen::VectorXi& y,
                         std::span<const float> sample_weight) const {
  return accuracy_score(predict(x).transpose(), y.transpose(), sample_weight);
}

}  // namespace tune::model
