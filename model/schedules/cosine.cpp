#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/schedules/checks.hpp"
#include "model/schedules/makers.hpp"

namespace tune::model {
namespace {

/// 1 at the begin of a period, 0 at its end.
double half_cosine(double fraction) {
  return 0.5 * (1 + std::cos(std::numbers::pi * fraction));
}

class Cosine : public Schedule {
 public:
  explicit Cosine(const CosineDecayOptions& options) : options_(options) {
    check_rate("initial_learning_rate", options.initial_learning_rate);
    check_steps("decay_steps", options.decay_steps);
    if (options.warmup_target) check_rate("warmup_target", *options.warmup_target);
    if (options.warmup_steps < 0) throw base::InputError("warmup_steps: must not be below 0");
  }

  std::string_view name() const override { return "cosine"; }
  base::Configuration config() const override {
    base::Configuration config = {{"initial_learning_rate", options_.initial_learning_rate},
                                  {"alpha", options_.alpha},
                                  {"warmup_steps", options_.warmup_steps}};
    describe(config, "decay_steps", options_.decay_steps);
    describe(config, "warmup_target", options_.warmup_target);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    const double initial = options_.initial_learning_rate;
    const double target = options_.warmup_target.value_or(initial);
    // As in Keras, there is no warm-up without a target.
    const std::int64_t warmup = options_.warmup_target ? options_.warmup_steps : 0;
    if (step < warmup) {
      const double done = static_cast<double>(step) / static_cast<double>(warmup);
      return static_cast<float>((target - initial) * done + initial);
    }
    const double steps = steps_or(options_.decay_steps, total - warmup);
    const double done = std::min(static_cast<double>(step - warmup) / steps, 1.0);
    return static_cast<float>(target * ((1 - options_.alpha) * half_cosine(done) + options_.alpha));
  }

 private:
  CosineDecayOptions options_;
};

class CosineRestarts : public Schedule {
 public:
  explicit CosineRestarts(const CosineDecayRestartsOptions& options) : options_(options) {
    check_rate("initial_learning_rate", options.initial_learning_rate);
    check_steps("first_decay_steps", options.first_decay_steps);
    if (!(options.t_mul >= 1)) throw base::InputError("t_mul: must be at least 1");
  }

  std::string_view name() const override { return "cosine_restarts"; }
  base::Configuration config() const override {
    base::Configuration config = {{"initial_learning_rate", options_.initial_learning_rate},
                                  {"t_mul", options_.t_mul},
                                  {"m_mul", options_.m_mul},
                                  {"alpha", options_.alpha}};
    describe(config, "first_decay_steps", options_.first_decay_steps);
    return config;
  }
  float rate(std::int64_t step, std::int64_t total) const override {
    const double time = static_cast<double>(step) / steps_or(options_.first_decay_steps, total);
    const double restarts = restarts_before(time);
    const double done = (time - start_of(restarts)) / std::pow(options_.t_mul, restarts);
    const double share = std::pow(options_.m_mul, restarts) * half_cosine(done);
    return static_cast<float>(options_.initial_learning_rate *
                              ((1 - options_.alpha) * share + options_.alpha));
  }

 private:
  /// When a period starts; the first one's length is 1.
  double start_of(double period) const {
    const double t = options_.t_mul;
    return t == 1 ? period : (std::pow(t, period) - 1) / (t - 1);
  }
  double restarts_before(double time) const {
    const double t = options_.t_mul;
    if (t == 1) return std::floor(time);
    // The logarithm may round to the other side of a restart.
    double period = std::floor(std::log1p(time * (t - 1)) / std::log(t));
    if (time >= start_of(period + 1)) ++period;
    if (time < start_of(period)) --period;
    return period;
  }

  CosineDecayRestartsOptions options_;
};

}  // namespace

SchedulePtr cosine_decay(const CosineDecayOptions& options) {
  return std::make_shared<Cosine>(options);
}

SchedulePtr cosine_decay_restarts(const CosineDecayRestartsOptions& options) {
  return std::make_shared<CosineRestarts>(options);
}

}  // namespace tune::model
