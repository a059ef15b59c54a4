#pragma once

#include "model/losses/loss.hpp"

namespace tune::model {

LossPtr mean_squared_error();
LossPtr mean_absolute_error();
/// Quadratic up to `delta`, linear beyond.
LossPtr huber(double delta = 1);

LossPtr binary_crossentropy();
/// Of one-hot targets or of class indices; they differ in the name alone.
LossPtr categorical_crossentropy();
LossPtr sparse_categorical_crossentropy();

/// Which samples the perceptron learns from.
enum class PerceptronRule {
  book,    ///< those it gets wrong: w += rate (y - y') x
  margin,  ///< those with y z <= 0 (y is -1 or 1): w += rate y x; scikit-learn's
};
/// The perceptron's learning rule as a loss: for an Activation layer with heaviside or sign units
/// at the end of the model and targets of 0 and 1, or one row with the index of the class of
/// several. The loss is the share of wrong outputs (book) or the mean of max(0, -y z) (margin).
/// Rosenblatt 1958; Geron, chapter 10, equation 10-3.
LossPtr perceptron(PerceptronRule rule = PerceptronRule::book);

}  // namespace tune::model
