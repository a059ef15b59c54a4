#pragma once

#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tests/support/tables.hpp"

// A small task for tests of the training loop.

namespace tune::tests {

/// The sine of the sum of three features.
inline Table regression(Eigen::Index samples, std::uint64_t seed = 1) {
  const Eigen::MatrixXf x = random_matrix(3, samples, base::Rng(seed));
  return {x, x.colwise().sum().array().sin().matrix()};
}

inline model::Model regression_model(model::OptimizerPtr optimizer = model::sgd(),
                                     model::SchedulePtr schedule = nullptr) {
  model::Model model(
      model::sequential({3}, {model::dense(5, {.activation = "tanh"}), model::dense(1)}));
  model.initialize(base::Rng(3));
  model.compile({.optimizer = std::move(optimizer),
                 .schedule = std::move(schedule),
                 .losses = {model::mean_squared_error()},
                 .metrics = {"mae", "r2"}});
  return model;
}

}  // namespace tune::tests
