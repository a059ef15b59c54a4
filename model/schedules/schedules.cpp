#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::Key;
using base::Reader;

constexpr double kMostSteps = 1e15;

Key rate_key(const char* name, double rate, const char* help) {
  return base::real_key(name, rate, 0, 1e6, help);
}
Key initial_key() {
  return rate_key("initial_learning_rate", 0.01, "rate of the first step");
}
Key steps_key(const char* name, const char* help) {
  return base::integer_key(name, "all", 1, kMostSteps, help, {"all"});
}
Key staircase_key() {
  return base::flag_key("staircase", false, "change the rate only once in decay_steps");
}

/// A number of steps, or none for the word that leaves it to the training.
Steps steps(const Reader& options, const char* name, const char* word = "all") {
  if (options.is(name, word)) return {};
  return options.integer(name);
}
std::optional<double> real(const Reader& options, const char* name, const char* word) {
  if (options.is(name, word)) return {};
  return options.real(name);
}

[[noreturn]] void refuse(const char* name, const std::string& item, const char* expected) {
  throw base::InputError(std::string(name) + ": '" + item + "' is not " + expected);
}

std::vector<std::int64_t> step_list(const Reader& options, const char* name) {
  std::vector<std::int64_t> steps;
  for (const std::string& item : options.list(name)) {
    const base::Value value = base::parse_value(item);
    if (!std::holds_alternative<std::int64_t>(value)) refuse(name, item, "a number of steps");
    steps.push_back(std::get<std::int64_t>(value));
  }
  return steps;
}

std::vector<double> rate_list(const Reader& options, const char* name) {
  std::vector<double> rates;
  for (const std::string& item : options.list(name)) {
    const base::Value value = base::parse_value(item);
    if (std::holds_alternative<std::string>(value)) refuse(name, item, "a learning rate");
    rates.push_back(base::to_number(value));
  }
  return rates;
}

SchedulePtr make_constant(const Reader& options) {
  return constant_rate(options.real("learning_rate"));
}

SchedulePtr make_exponential(const Reader& options) {
  return exponential_decay({.initial_learning_rate = options.real("initial_learning_rate"),
                            .decay_steps = steps(options, "decay_steps"),
                            .decay_rate = options.real("decay_rate"),
                            .staircase = options.flag("staircase")});
}

SchedulePtr make_inverse_time(const Reader& options) {
  return inverse_time_decay({.initial_learning_rate = options.real("initial_learning_rate"),
                             .decay_steps = steps(options, "decay_steps"),
                             .decay_rate = options.real("decay_rate"),
                             .staircase = options.flag("staircase")});
}

SchedulePtr make_polynomial(const Reader& options) {
  return polynomial_decay({.initial_learning_rate = options.real("initial_learning_rate"),
                           .decay_steps = steps(options, "decay_steps"),
                           .end_learning_rate = options.real("end_learning_rate"),
                           .power = options.real("power"),
                           .cycle = options.flag("cycle")});
}

SchedulePtr make_cosine(const Reader& options) {
  return cosine_decay({.initial_learning_rate = options.real("initial_learning_rate"),
                       .decay_steps = steps(options, "decay_steps"),
                       .alpha = options.real("alpha"),
                       .warmup_target = real(options, "warmup_target", "none"),
                       .warmup_steps = options.integer("warmup_steps")});
}

SchedulePtr make_cosine_restarts(const Reader& options) {
  return cosine_decay_restarts({.initial_learning_rate = options.real("initial_learning_rate"),
                                .first_decay_steps = steps(options, "first_decay_steps"),
                                .t_mul = options.real("t_mul"),
                                .m_mul = options.real("m_mul"),
                                .alpha = options.real("alpha")});
}

SchedulePtr make_piecewise(const Reader& options) {
  return piecewise_constant_decay(
      {.boundaries = step_list(options, "boundaries"), .values = rate_list(options, "values")});
}

SchedulePtr make_one_cycle(const Reader& options) {
  return one_cycle({.max_rate = options.real("max_rate"),
                    .iterations = steps(options, "iterations"),
                    .start_rate = real(options, "start_rate", "auto"),
                    .last_iterations = steps(options, "last_iterations", "auto"),
                    .last_rate = real(options, "last_rate", "auto")});
}

}  // namespace

const Schedules& schedules() {
  using base::real_key;
  static const Schedules kSchedules(
      "schedule",
      {{"constant",
        "always the same rate",
        {rate_key("learning_rate", 0.01, "rate of every step")},
        make_constant},
       {"exponential",
        "by the same factor in the same time",
        {initial_key(), steps_key("decay_steps", "steps in which decay_rate is the factor"),
         base::positive_key("decay_rate", 0.1, 1e6, "factor"), staircase_key()},
        make_exponential},
       {"inverse_time",
        "as one over the time",
        {initial_key(), steps_key("decay_steps", "steps in which the divisor grows by decay_rate"),
         real_key("decay_rate", 1.0, 0, 1e6, "growth of the divisor"), staircase_key()},
        make_inverse_time},
       {"polynomial",
        "down to an end as a power of the time that is left",
        {initial_key(), steps_key("decay_steps", "steps down to the end"),
         rate_key("end_learning_rate", 0.0001, "rate at the end"),
         base::positive_key("power", 1.0, 1e3, "of the time that is left; 1: a straight line"),
         base::flag_key("cycle", false, "up again after the end, and down over a longer time")},
        make_polynomial},
       {"cosine",
        "half a cosine down, with a warm-up before it",
        {initial_key(), steps_key("decay_steps", "steps down, after the warm-up"),
         real_key("alpha", 0.0, 0, 1, "lowest rate, as a share of the highest"),
         real_key("warmup_target", "none", 0, 1e6, "rate at the end of the warm-up", {"none"}),
         base::integer_key("warmup_steps", std::int64_t{0}, 0, kMostSteps,
                           "steps up to the target")},
        make_cosine},
       {"cosine_restarts",
        "half a cosine down, again and again",
        {initial_key(), steps_key("first_decay_steps", "steps of the first period"),
         real_key("t_mul", 2.0, 1, 1e6, "each period is so many times as long as the one before"),
         real_key("m_mul", 1.0, 0, 1e6,
                  "each period starts at so many times its predecessor's rate"),
         real_key("alpha", 0.0, 0, 1, "lowest rate, as a share of the first")},
        make_cosine_restarts},
       {"piecewise",
        "constant between given steps",
        {base::text_key("boundaries", "", "last step of each value but the last: 1000, 2000"),
         base::text_key("values", "0.01", "one more than boundaries: 0.1, 0.01, 0.001")},
        make_piecewise},
       {"onecycle",
        "half of the time up, half down, and at last far down",
        {rate_key("max_rate", 0.01, "rate in the middle"),
         steps_key("iterations", "steps of the cycle"),
         real_key("start_rate", "auto", 0, 1e6,
                  "rate of the first step; auto: a tenth of the highest", {"auto"}),
         base::integer_key("last_iterations", "auto", 1, kMostSteps,
                           "steps of the last descent; auto: a tenth of all", {"auto"}),
         real_key("last_rate", "auto", 0, 1e6, "rate at the end; auto: a thousandth of the first",
                  {"auto"})},
        make_one_cycle}});
  return kSchedules;
}

}  // namespace tune::model
