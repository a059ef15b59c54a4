#include <algorithm>
#include <cmath>
#include <functional>

#include "model/schedules/checks.hpp"
#include "model/schedules/makers.hpp"

namespace tune::model {
namespace {

template <class Number>
std::string list(const std::vector<Number>& numbers) {
  std::string text;
  for (const Number number : numbers) {
    text += (text.empty() ? "" : ", ") + base::to_text(base::Value(number));
  }
  return text;
}

class Piecewise : public Schedule {
 public:
  explicit Piecewise(const PiecewiseConstantDecayOptions& options) : options_(options) {
    if (options.values.size() != options.boundaries.size() + 1) {
      throw base::InputError("values: there are " + std::to_string(options.values.size()) +
                             " for " + std::to_string(options.boundaries.size()) +
                             " boundaries; one more is needed");
    }
    for (const double value : options.values) check_rate("values", value);
    if (std::ranges::adjacent_find(options.boundaries, std::greater_equal<>{}) !=
        options.boundaries.end()) {
      throw base::InputError("boundaries: each must be above the one before");
    }
  }

  std::string_view name() const override { return "piecewise"; }
  base::Configuration config() const override {
    return {{"boundaries", list(options_.boundaries)}, {"values", list(options_.values)}};
  }
  float rate(std::int64_t step, std::int64_t) const override {
    const auto next = std::ranges::lower_bound(options_.boundaries, step);
    const auto piece = static_cast<std::size_t>(next - options_.boundaries.begin());
    return static_cast<float>(options_.values[piece]);
  }

 private:
  PiecewiseConstantDecayOptions options_;
};

/// Between (x0, y0) and (x1, y1), x0 < x1.
double line(double x, double x0, double x1, double y0, double y1) {
  return (y1 - y0) * (x - x0) / (x1 - x0) + y0;
}

class OneCycle : public Schedule {
 public:
  explicit OneCycle(const OneCycleOptions& options) : options_(options) {
    check_rate("max_rate", options.max_rate);
    check_steps("iterations", options.iterations);
    check_steps("last_iterations", options.last_iterations);
    if (options.start_rate) check_rate("start_rate", *options.start_rate);
    if (options.last_rate) check_rate("last_rate", *options.last_rate);
  }

  std::string_view name() const override { return "onecycle"; }
  base::Configuration config() const override {
    base::Configuration config = {{"max_rate", options_.max_rate}};
    describe(config, "iterations", options_.iterations);
    describe(config, "start_rate", options_.start_rate);
    describe(config, "last_iterations", options_.last_iterations);
    describe(config, "last_rate", options_.last_rate);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    const double all = steps_or(options_.iterations, total), now = static_cast<double>(step);
    const double last = options_.last_iterations ? static_cast<double>(*options_.last_iterations)
                                                 : std::floor(all / 10) + 1;
    const double half = std::max(0.0, std::floor((all - last) / 2));
    const double low = options_.start_rate.value_or(options_.max_rate / 10);
    const double lowest = options_.last_rate.value_or(low / 1000);
    double rate = lowest;
    if (now < half) {
      rate = line(now, 0, half, low, options_.max_rate);
    } else if (now < 2 * half) {
      rate = line(now, half, 2 * half, options_.max_rate, low);
    } else if (now < all) {
      rate = line(now, 2 * half, all, low, lowest);
    }
    return static_cast<float>(rate);
  }

 private:
  OneCycleOptions options_;
};

}  // namespace

SchedulePtr piecewise_constant_decay(const PiecewiseConstantDecayOptions& options) {
  return std::make_shared<Piecewise>(options);
}

SchedulePtr one_cycle(const OneCycleOptions& options) {
  return std::make_shared<OneCycle>(options);
}

}  // namespace tune::model
