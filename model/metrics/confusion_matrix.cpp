#include "model/metrics/confusion_matrix.hpp"

#include "model/metrics/classes.hpp"
#include "search/base/error.hpp"

namespace tune::model {

ConfusionMatrix::ConfusionMatrix(Index classes) : classes_(classes) {
  if (classes < 2) {
    throw base::InputError("a confusion matrix needs at least 2 classes, not " +
                           std::to_string(classes));
  }
  reset();
}

void ConfusionMatrix::update(const Block& prediction, const Block& target, const float* weights,
                             Index samples) {
  const bool one_output = prediction.rows == 1 && classes_ == 2;
  if ((prediction.rows != classes_ && !one_output) ||
      (target.rows != classes_ && target.rows != 1)) {
    throw base::InputError("confusion matrix of " + std::to_string(classes_) +
                           " classes: the model has " + std::to_string(prediction.rows) +
                           " outputs, the targets have " + std::to_string(target.rows));
  }
  const auto actual = [&](Index s) { return true_class(target.sample(s), target.rows, classes_); };
  for (Index s = 0; s < samples; ++s) actual(s);  // throws before anything is counted
  for (Index s = 0; s < samples; ++s) {
    const float* outputs = prediction.sample(s);
    const Index predicted = one_output ? is_yes(*outputs) : largest(outputs, classes_);
    counts_[static_cast<std::size_t>(actual(s) * classes_ + predicted)] +=
        weights == nullptr ? 1 : weights[s];
  }
}

double ConfusionMatrix::count(Index actual, Index predicted) const {
  return counts_.at(static_cast<std::size_t>(actual * classes_ + predicted));
}

void ConfusionMatrix::reset() {
  counts_.assign(static_cast<std::size_t>(classes_ * classes_), 0.0);
}

}  // namespace tune::model
