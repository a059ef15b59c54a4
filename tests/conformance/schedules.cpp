#include <cmath>

#include "model/schedules/makers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/options.hpp"

// What every schedule of schedules() must do; its formula is in tests/golden/keras_optimizers.cpp.

namespace tune::model {
namespace {

/// Values of keys whose defaults do not tell any.
const std::map<std::string, base::Value> kValues = {{"boundaries", std::string("30, 60")},
                                                    {"values", std::string("0.1, 0.01, 0.001")},
                                                    {"decay_steps", std::int64_t{20}},
                                                    {"first_decay_steps", std::int64_t{20}},
                                                    {"iterations", std::int64_t{20}},
                                                    {"last_iterations", std::int64_t{7}},
                                                    {"start_rate", 0.004},
                                                    {"last_rate", 0.003},
                                                    {"warmup_steps", std::int64_t{10}},
                                                    {"warmup_target", 0.5}};

SchedulePtr make(const std::string& name, const base::Configuration& options = {}) {
  const auto& row = schedules().at(name);
  return row.make(base::Reader(options, row.keys));
}

/// The rates of a whole training and what may follow it.
std::vector<double> rates(const Schedule& schedule, std::int64_t total) {
  std::vector<double> rates;
  for (std::int64_t step = 0; step < 2 * total; ++step) {
    rates.push_back(double{schedule.rate(step, total)});
  }
  return rates;
}

/// A row with its defaults, and with each other value that a key accepts.
std::vector<SchedulePtr> variants(const std::string& name) {
  std::vector<SchedulePtr> all = {make(name)};
  for (const base::Key& key : schedules().at(name).keys) {
    for (const base::Value& value : tests::other_values(key, kValues)) {
      try {
        all.push_back(make(name, {{key.name, value}}));
      } catch (const base::InputError&) {
        // Boundaries want values beside them.
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every schedule gives finite rates, none of them below zero") {
  for (const std::string& name : schedules().names()) {
    for (const SchedulePtr& schedule : variants(name)) {
      CAPTURE(name, base::to_text(schedule->config()));
      CHECK(schedule->name() == name);
      for (const std::int64_t total : {1, 2, 3, 10, 99, 1000}) {
        CAPTURE(total);
        int wrong = 0;
        for (const double rate : rates(*schedule, total)) wrong += !std::isfinite(rate) || rate < 0;
        CHECK(wrong == 0);
        CHECK(schedule->rate(0, total) > 0);
      }
      CHECK(std::isfinite(schedule->rate(std::int64_t{1} << 50, 100)));
    }
  }
}

TEST_CASE("every schedule's rate is that of the step, whatever was asked before") {
  for (const std::string& name : schedules().names()) {
    for (const SchedulePtr& schedule : variants(name)) {
      CAPTURE(name, base::to_text(schedule->config()));
      const std::vector<double> forward = rates(*schedule, 100);
      for (std::int64_t step = 199; step >= 0; step -= 7) {
        CHECK(double{schedule->rate(step, 100)} == forward[static_cast<std::size_t>(step)]);
      }
    }
  }
}

TEST_CASE("every schedule spans the whole training by itself") {
  for (const std::string& name : schedules().names()) {
    CAPTURE(name);
    // These are what they are told.
    if (name == "constant" || name == "piecewise") continue;
    const SchedulePtr schedule = make(name);
    for (const std::int64_t total : {1000, 12345}) {
      CAPTURE(total);
      const float first = schedule->rate(0, total), last = schedule->rate(total - 1, total);
      CHECK(last < 0.52 * first);
      // A training ten times as long goes through the same rates ten times as slowly.
      for (const std::int64_t step : {total / 5, total / 2, total * 9 / 10}) {
        CHECK(schedule->rate(10 * step, 10 * total) ==
              Approx(schedule->rate(step, total)).epsilon(0.01).margin(0.03 * double{first}));
      }
    }
  }
}

TEST_CASE("every schedule reads every key that it declares") {
  for (const auto& row : schedules().rows()) {
    CAPTURE(row.name);
    const auto outcome = [&](const base::Configuration& options) -> tests::Numbers {
      return rates(*make(row.name, options), 100);
    };
    CHECK(tests::keys_without_effect(row.keys, {outcome}, kValues) == std::vector<std::string>{});
  }
}

TEST_CASE("every schedule's configuration makes it again") {
  for (const std::string& name : schedules().names()) {
    for (const SchedulePtr& schedule : variants(name)) {
      CAPTURE(name, base::to_text(schedule->config()));
      const base::Configuration config = schedule->config();
      base::Reader(config, schedules().at(name).keys).check();
      const SchedulePtr again = make(name, config);
      CHECK(again->config() == config);
      CHECK(rates(*again, 100) == rates(*schedule, 100));
    }
  }
}

// Geron, "Hands-On Machine Learning", notebook 11: OneCycleScheduler.
TEST_CASE("1cycle by hand") {
  const SchedulePtr cycle = one_cycle({.max_rate = 1});
  // Of 110 steps the last 12 go down; 49 up before them, and 49 down.
  CHECK(cycle->rate(0, 110) == Approx(0.1));
  CHECK(cycle->rate(7, 110) == Approx(0.1 + 0.9 / 7));
  CHECK(cycle->rate(49, 110) == Approx(1));
  CHECK(cycle->rate(56, 110) == Approx(1 - 0.9 / 7));
  CHECK(cycle->rate(98, 110) == Approx(0.1));
  CHECK(cycle->rate(104, 110) == Approx(0.1 + (0.0001 - 0.1) / 2));
  CHECK(cycle->rate(110, 110) == Approx(0.0001));
  CHECK(cycle->rate(500, 110) == Approx(0.0001));
}

TEST_CASE("schedules that make no sense are refused") {
  CHECK_THROWS_WITH(make("piecewise", {{"boundaries", std::string("10")}}),
                    "values: there are 1 for 1 boundaries; one more is needed");
  CHECK_THROWS_WITH(make("piecewise", {{"boundaries", std::string("10, 10")},
                                       {"values", std::string("1, 2, 3")}}),
                    "boundaries: each must be above the one before");
  CHECK_THROWS_WITH(make("piecewise", {{"values", std::string("fast")}}),
                    "values: 'fast' is not a learning rate");
  CHECK_THROWS_WITH(make("piecewise", {{"values", std::string("nan")}}),
                    "values: a learning rate must be finite and not below 0");
  CHECK_THROWS_WITH(
      make("piecewise", {{"boundaries", std::string("1.5")}, {"values", std::string("1, 2")}}),
      "boundaries: '1.5' is not a number of steps");
  CHECK_THROWS_WITH(cosine_decay_restarts({.t_mul = 0.5}), "t_mul: must be at least 1");
  CHECK_THROWS_WITH(exponential_decay({.decay_steps = 0}), "decay_steps: must be at least 1");
}

}  // namespace tune::model
