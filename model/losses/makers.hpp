#pragma once

#include "model/losses/loss.hpp"

namespace tune::model {

// Keras's losses, with its formulas and defaults: of a sample, the mean over the outputs of what is
// said here; the categorical ones are a sum over the classes.

LossPtr mean_squared_error();
LossPtr mean_absolute_error();
/// Squared difference of log(1 + x); what is below 1e-7 counts as 1e-7.
LossPtr mean_squared_logarithmic_error();
/// Quadratic up to `delta`, linear beyond.
LossPtr huber(double delta = 1);
/// log(cosh(error)): quadratic for small errors, absolute for large ones.
LossPtr log_cosh();
/// prediction - target log(prediction + 1e-7), for counts; NaN where a prediction is negative.
LossPtr poisson();
/// max(0, 1 - y prediction) for targets y of -1 and 1; a target of 0 is taken as -1. (Keras does
/// that where all targets of a batch are 0 or 1, which is the same for such targets.)
LossPtr hinge();

/// Options of a cross-entropy, Keras's.
struct CrossentropyOptions {
  /// The predictions are logits, to which the sigmoid or softmax still has to be applied; else
  /// probabilities, kept 1e-7 from 0 and 1.
  bool from_logits = false;
  /// From 0 to 1: the share of each target that is drawn towards 1/2, or 1 / classes.
  double label_smoothing = 0;
};

LossPtr binary_crossentropy(const CrossentropyOptions& options = {});
/// Of one-hot targets or of class indices; they differ in the name alone, and in that Keras smooths
/// one-hot targets only. Probabilities are divided by their sum.
LossPtr categorical_crossentropy(const CrossentropyOptions& options = {});
LossPtr sparse_categorical_crossentropy(bool from_logits = false);

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
