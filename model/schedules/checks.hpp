#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"

// What the schedules have in common.

namespace tune::model {

/// The steps given, or else those of the whole training; at least 1.
inline double steps_or(const Steps& given, std::int64_t total) {
  return static_cast<double>(given ? *given : std::max<std::int64_t>(1, total));
}

inline void check_rate(const char* name, double rate) {
  if (std::isfinite(rate) && rate >= 0) return;
  throw base::InputError(std::string(name) + ": a learning rate must be finite and not below 0");
}

inline void check_steps(const char* name, const Steps& steps) {
  if (!steps || *steps > 0) return;
  throw base::InputError(std::string(name) + ": must be at least 1");
}

template <class Number>
void describe(base::Configuration& config, const char* name, const std::optional<Number>& value) {
  if (value) config[name] = *value;
}

}  // namespace tune::model
