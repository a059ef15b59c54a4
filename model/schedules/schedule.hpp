#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "search/base/registry.hpp"

namespace tune::model {

/// The learning rate of each step of a training; immutable and thread-safe.
class Schedule {
 public:
  virtual ~Schedule() = default;

  virtual std::string_view name() const = 0;
  /// Its options, by the names of its row's keys; those that are left to the training are left out.
  virtual base::Configuration config() const = 0;
  /// The rate of a step, counted from 0. `total` is the number of steps of the whole training, also
  /// where only its beginning is run; what a schedule is not told, it takes from there.
  virtual float rate(std::int64_t step, std::int64_t total) const = 0;
};

using SchedulePtr = std::shared_ptr<const Schedule>;

using Schedules = base::Registry<SchedulePtr(const base::Reader&)>;
/// constant, exponential, inverse_time, polynomial, cosine, cosine_restarts, piecewise, onecycle.
const Schedules& schedules();

}  // namespace tune::model
