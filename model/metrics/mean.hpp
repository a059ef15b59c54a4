#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "model/losses/sums.hpp"
#include "model/metrics/metric.hpp"

namespace tune::model {

/// The weighted mean over samples of a Value: a function of one prediction and its target,
/// value(prediction, target, rows, target_rows).
template <class Value>
class Mean : public Metric {
 public:
  Mean(std::string name, bool maximize, Value value = {})
      : name_(std::move(name)), maximize_(maximize), value_(value) {}

  std::string_view name() const override { return name_; }
  bool maximize() const override { return maximize_; }
  std::size_t slots(Index) const override { return 2; }

  void check(Index prediction_rows, Index target_rows) const override {
    if constexpr (requires { value_.check(name_, prediction_rows); }) {
      value_.check(name_, prediction_rows);
    }
    if constexpr (requires { Value::kTakesClasses; }) {
      if (target_rows == 1) return;
    }
    Metric::check(prediction_rows, target_rows);
  }

  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    const auto value = [&](Index s) {
      return value_(prediction.sample(s), target.sample(s), prediction.rows, target.rows);
    };
    if (weights == nullptr) {
      sums[0] += sum_of(samples, value);
      sums[1] += static_cast<double>(samples);
    } else {
      sums[0] += sum_of(samples, [&](Index s) { return weights[s] * value(s); });
      sums[1] += sum_of(samples, [&](Index s) { return weights[s]; });
    }
  }

  double result(std::span<const double> sums) const override {
    const double mean = sums[0] / sums[1];
    if constexpr (requires { Value::kRoot; }) return std::sqrt(mean);
    return mean;
  }

 private:
  std::string name_;
  bool maximize_;
  Value value_;
};

}  // namespace tune::model
