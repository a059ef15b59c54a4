#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "search/base/registry.hpp"

namespace tune::model {

/// The options and the formula of an update; immutable and thread-safe. Its memory (velocities,
/// moments) belongs to the training: `slots` arrays as long as the parameters, zero at first.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  virtual std::string_view name() const = 0;
  /// Its options, by the names of its row's keys.
  virtual base::Configuration config() const = 0;
  /// Where the learning rate starts.
  virtual float rate() const = 0;
  virtual std::size_t slots() const = 0;
  /// One step over flat arrays of one length; memory.size() == slots() * parameters.size().
  /// `iteration` counts steps from 1.
  virtual void step(std::span<float> parameters, std::span<const float> gradients,
                    std::span<float> memory, float rate, std::int64_t iteration) const = 0;
};

using OptimizerPtr = std::shared_ptr<const Optimizer>;

struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
};
/// keras.optimizers.SGD: velocity = momentum * velocity - rate * gradient, parameter += velocity
/// (Nesterov: += momentum * velocity - rate * gradient).
OptimizerPtr sgd(const SgdOptions& options = {});

using Optimizers = base::Registry<OptimizerPtr(const base::Reader&)>;
const Optimizers& optimizers();

}  // namespace tune::model
