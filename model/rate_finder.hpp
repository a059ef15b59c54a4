#pragma once

#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// A learning-rate range test: training with a rate that grows by the same factor at each step.
/// The defaults are those of "Hands-On Machine Learning": 1e-5 to 10 in 500 steps.
struct RateSweep {
  double low = 1e-5, high = 10;  ///< rate of the first step, and the one it reaches in the end
  Index steps = 500;             ///< batches; the growth a step is (high / low)^(1 / steps)
};

/// The loss of each step's batch, before that step was taken.
struct RateCurve {
  std::vector<double> rates, losses;
  bool diverged = false;  ///< it ended early: the loss was not finite, or four times the best

  /// Losses without most of the noise of their batches: means over the steps around each, weighted
  /// by a bell (on the rate's logarithm, a standard deviation of a thirtieth of the sweep's steps).
  std::vector<double> smoothed() const;
  /// The rate at which the smoothed loss is least: beyond, it climbs. 0 for an empty curve.
  double turning_point() const;
  /// A tenth of the turning point, which the book takes for a good constant rate.
  double suggestion() const { return turning_point() / 10; }
};

/// Trains the model from its current weights while the rate grows, in as many passes over the
/// samples as the sweep needs. Of `options` the batch size, shuffle, class weights, rng and
/// cancelled count; a schedule of the model does not. Throws InputError on a sweep that does not
/// grow and as Model::fit does.
RateCurve find_learning_rate(Model& model, const Samples& samples, const RateSweep& sweep,
                             const Fit& options);

}  // namespace tune::model
