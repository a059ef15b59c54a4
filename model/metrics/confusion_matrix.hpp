#pragma once

#include <vector>

#include "model/tensor.hpp"

namespace tune::model {

/// How often samples of each class were predicted as each: counted batch by batch, as
/// sklearn.metrics.confusion_matrix does. Used by one thread at a time.
class ConfusionMatrix {
 public:
  /// At least two classes.
  explicit ConfusionMatrix(Index classes);

  /// Adds samples. The predictions have a row for each class, of which the largest counts (the
  /// first of equals), or for two classes one row, class 1 above 0.5; the targets one row with the
  /// index of the class, or one-hot rows. `weights` is null where all count alike. Throws
  /// InputError, and counts nothing, if the rows do not fit or a class does not exist.
  void update(const Block& prediction, const Block& target, const float* weights, Index samples);
  /// The weight, or number, of the samples of a class that were predicted as another.
  double count(Index actual, Index predicted) const;
  Index classes() const { return classes_; }
  void reset();

 private:
  Index classes_;
  std::vector<double> counts_;  ///< a row after the other, one for each actual class
};

}  // namespace tune::model
