#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "model/optimizers/clipping.hpp"
#include "search/base/registry.hpp"

namespace tune::model {

/// The options and the formula of an update; immutable and thread-safe. Its memory (velocities,
/// moments) belongs to the training: `slots` arrays as long as the parameters, one after the other.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  virtual std::string_view name() const = 0;
  /// Its options, by the names of its row's keys; those that are off are left out.
  virtual base::Configuration config() const = 0;
  /// Where the learning rate starts.
  virtual float rate() const = 0;
  virtual std::size_t slots() const = 0;
  /// The value with which a slot is filled before the first step.
  virtual float initial(std::size_t /*slot*/) const { return 0; }
  /// Is a step `parameter -= rate * gradient` and nothing else? Then a layer may take it itself,
  /// without storing its gradient.
  virtual bool plain() const { return false; }
  /// What the training does to the gradients before each step.
  virtual Clipping clipping() const { return {}; }
  /// One step over flat arrays of one length; memory.size() == slots() * parameters.size().
  /// `iteration` counts steps from 1. Each parameter is updated by itself, and a parameter of zero
  /// whose gradient was always zero stays zero: so does the padding.
  virtual void step(std::span<float> parameters, std::span<const float> gradients,
                    std::span<float> memory, float rate, std::int64_t iteration) const = 0;
};

using OptimizerPtr = std::shared_ptr<const Optimizer>;

/// The memory of an optimizer before its first step on so many parameters.
Floats fresh_memory(const Optimizer& optimizer, std::size_t parameters);

using Optimizers = base::Registry<OptimizerPtr(const base::Reader&)>;
/// sgd, adagrad, rmsprop, adam, adamw, adamax, nadam.
const Optimizers& optimizers();

}  // namespace tune::model
