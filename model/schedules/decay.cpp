#include <algorithm>
#include <cmath>

#include "model/schedules/checks.hpp"
#include "model/schedules/makers.hpp"

namespace tune::model {
namespace {

std::string flag(bool on) {
  return on ? "yes" : "no";
}

class Constant : public Schedule {
 public:
  explicit Constant(double learning_rate) : learning_rate_(learning_rate) {
    check_rate("learning_rate", learning_rate);
  }

  std::string_view name() const override { return "constant"; }
  base::Configuration config() const override { return {{"learning_rate", learning_rate_}}; }
  float rate(std::int64_t, std::int64_t) const override {
    return static_cast<float>(learning_rate_);
  }

 private:
  double learning_rate_;
};

class Exponential : public Schedule {
 public:
  explicit Exponential(const ExponentialDecayOptions& options) : options_(options) {
    check_rate("initial_learning_rate", options.initial_learning_rate);
    check_steps("decay_steps", options.decay_steps);
  }

  std::string_view name() const override { return "exponential"; }
  base::Configuration config() const override {
    base::Configuration config = {{"initial_learning_rate", options_.initial_learning_rate},
                                  {"decay_rate", options_.decay_rate},
                                  {"staircase", flag(options_.staircase)}};
    describe(config, "decay_steps", options_.decay_steps);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    double time = static_cast<double>(step) / steps_or(options_.decay_steps, total);
    if (options_.staircase) time = std::floor(time);
    return static_cast<float>(options_.initial_learning_rate * std::pow(options_.decay_rate, time));
  }

 private:
  ExponentialDecayOptions options_;
};

class InverseTime : public Schedule {
 public:
  explicit InverseTime(const InverseTimeDecayOptions& options) : options_(options) {
    check_rate("initial_learning_rate", options.initial_learning_rate);
    check_steps("decay_steps", options.decay_steps);
  }

  std::string_view name() const override { return "inverse_time"; }
  base::Configuration config() const override {
    base::Configuration config = {{"initial_learning_rate", options_.initial_learning_rate},
                                  {"decay_rate", options_.decay_rate},
                                  {"staircase", flag(options_.staircase)}};
    describe(config, "decay_steps", options_.decay_steps);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    double time = static_cast<double>(step) / steps_or(options_.decay_steps, total);
    if (options_.staircase) time = std::floor(time);
    return static_cast<float>(options_.initial_learning_rate / (1 + options_.decay_rate * time));
  }

 private:
  InverseTimeDecayOptions options_;
};

class Polynomial : public Schedule {
 public:
  explicit Polynomial(const PolynomialDecayOptions& options) : options_(options) {
    check_rate("initial_learning_rate", options.initial_learning_rate);
    check_rate("end_learning_rate", options.end_learning_rate);
    check_steps("decay_steps", options.decay_steps);
  }

  std::string_view name() const override { return "polynomial"; }
  base::Configuration config() const override {
    base::Configuration config = {{"initial_learning_rate", options_.initial_learning_rate},
                                  {"end_learning_rate", options_.end_learning_rate},
                                  {"power", options_.power},
                                  {"cycle", flag(options_.cycle)}};
    describe(config, "decay_steps", options_.decay_steps);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    const double now = static_cast<double>(step);
    double steps = steps_or(options_.decay_steps, total);
    if (options_.cycle) steps *= std::max(1.0, std::ceil(now / steps));
    const double left = 1 - std::min(now / steps, 1.0);
    return static_cast<float>((options_.initial_learning_rate - options_.end_learning_rate) *
                                  std::pow(left, options_.power) +
                              options_.end_learning_rate);
  }

 private:
  PolynomialDecayOptions options_;
};

}  // namespace

SchedulePtr constant_rate(double learning_rate) {
  return std::make_shared<Constant>(learning_rate);
}

SchedulePtr exponential_decay(const ExponentialDecayOptions& options) {
  return std::make_shared<Exponential>(options);
}

SchedulePtr inverse_time_decay(const InverseTimeDecayOptions& options) {
  return std::make_shared<InverseTime>(options);
}

SchedulePtr polynomial_decay(const PolynomialDecayOptions& options) {
  return std::make_shared<Polynomial>(options);
}

}  // namespace tune::model
