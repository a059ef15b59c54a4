#pragma once

#include <optional>

#include "model/fit.hpp"
#include "model/samples.hpp"

namespace tune::model {

/// The samples of a training, once validation_split and class_weight have been looked at.
struct FitData {
  Samples train;
  std::optional<Samples> validation = {};
  Floats class_weights = {};  ///< where train.weights points, if there are any
};

/// Throws InputError if samples and options do not go together.
FitData fit_data(const Samples& samples, const Samples* validation, const Fit& options);

}  // namespace tune::model
