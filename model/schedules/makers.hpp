#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/schedules/schedule.hpp"

// The schedules of keras.optimizers.schedules, by its formulas, and 1cycle. `decay_steps` that are
// not given are the steps of the whole training. All throw InputError on options out of range.

namespace tune::model {

using Steps = std::optional<std::int64_t>;

SchedulePtr constant_rate(double learning_rate = 0.01);

struct ExponentialDecayOptions {
  double initial_learning_rate = 0.01;
  Steps decay_steps = {};
  double decay_rate = 0.1;
  bool staircase = false;
};
/// initial * decay_rate ^ (step / decay_steps); a staircase rounds the exponent down.
SchedulePtr exponential_decay(const ExponentialDecayOptions& options = {});

struct InverseTimeDecayOptions {
  double initial_learning_rate = 0.01;
  Steps decay_steps = {};
  double decay_rate = 1;
  bool staircase = false;
};
/// initial / (1 + decay_rate * step / decay_steps); a staircase rounds the quotient down.
SchedulePtr inverse_time_decay(const InverseTimeDecayOptions& options = {});

struct PolynomialDecayOptions {
  double initial_learning_rate = 0.01;
  Steps decay_steps = {};
  double end_learning_rate = 0.0001;
  double power = 1;
  bool cycle = false;
};
/// (initial - end) * (1 - step / decay_steps) ^ power + end, and end from there on; with `cycle`,
/// decay_steps are stretched to their first multiple that is not below the step.
SchedulePtr polynomial_decay(const PolynomialDecayOptions& options = {});

struct CosineDecayOptions {
  double initial_learning_rate = 0.01;
  Steps decay_steps = {};  ///< after the warm-up; none: the rest of the training
  double alpha = 0;        ///< lowest rate, as a share of the highest
  std::optional<double> warmup_target = {};
  std::int64_t warmup_steps = 0;
};
/// Half a cosine down to alpha; before it, with a target, a line from the initial rate to it.
SchedulePtr cosine_decay(const CosineDecayOptions& options = {});

struct CosineDecayRestartsOptions {
  double initial_learning_rate = 0.01;
  Steps first_decay_steps = {};
  double t_mul = 2;  ///< each period is so many times as long as the one before, at least 1
  double m_mul = 1;  ///< and starts at so many times its rate
  double alpha = 0;
};
/// Half a cosine again and again. Loshchilov and Hutter 2017 (SGDR).
SchedulePtr cosine_decay_restarts(const CosineDecayRestartsOptions& options = {});

struct PiecewiseConstantDecayOptions {
  std::vector<std::int64_t> boundaries = {};  ///< rising
  std::vector<double> values = {0.01};        ///< one more
};
/// values[i] up to and with step boundaries[i], the last value after that.
SchedulePtr piecewise_constant_decay(const PiecewiseConstantDecayOptions& options = {});

struct OneCycleOptions {
  double max_rate = 0.01;
  Steps iterations = {};
  std::optional<double> start_rate = {};  ///< none: max_rate / 10
  Steps last_iterations = {};             ///< none: a tenth of the iterations, and one
  std::optional<double> last_rate = {};   ///< none: start_rate / 1000
};
/// From start_rate up to max_rate and back again, half of the time each, and over the last
/// iterations down to last_rate, always in straight lines. Smith 2018; Geron, chapter 11.
SchedulePtr one_cycle(const OneCycleOptions& options = {});

}  // namespace tune::model
