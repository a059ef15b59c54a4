#include <set>

#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Values of real Keras, written by keras_optimizers.py, which says what they are.

namespace tune::model {
namespace {

using tests::configuration;
using tests::flat;
using tests::Json;
using tests::make;
using Vector = std::vector<float>;

const Json& golden() {
  static const Json kValues = tests::golden_file("keras_optimizers");
  return kValues;
}

/// The parameters after so many steps with these gradients.
Vector descend(const Optimizer& optimizer, Vector w, const std::vector<Vector>& gradients,
               std::size_t steps) {
  Floats memory = fresh_memory(optimizer, w.size());
  for (std::size_t step = 0; step < steps; ++step) {
    optimizer.step(w, gradients[step], memory, optimizer.rate(),
                   static_cast<std::int64_t>(step) + 1);
  }
  return w;
}

void check_near(const Vector& found, const Vector& expected, double epsilon, double margin) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(found[i] == Approx(expected[i]).epsilon(epsilon).margin(margin));
  }
}

std::vector<Vector> weights(const Json& list) {
  std::vector<Vector> all;
  for (const Json& weight : list) all.push_back(flat(weight));
  return all;
}

Vector rates(const Schedule& schedule) {
  const Json& all = golden()["schedules"];
  Vector rates;
  for (const std::int64_t step : all["steps"]) rates.push_back(schedule.rate(step, all["total"]));
  return rates;
}

}  // namespace

TEST_CASE("the steps of every optimizer equal Keras's") {
  const Json& all = golden()["optimizers"];
  const std::vector<Vector> gradients = all["gradients"];
  std::vector<std::string> tested;
  for (const Json& run : all["runs"]) {
    CAPTURE(run["name"], run["options"].dump());
    const OptimizerPtr optimizer = make(optimizers(), run["name"], configuration(run["options"]));
    if (tested.empty() || tested.back() != run["name"]) tested.push_back(run["name"]);
    for (std::size_t i = 0; i < all["after"].size(); ++i) {
      const std::size_t steps = all["after"][i];
      CAPTURE(steps);
      check_near(descend(*optimizer, all["start"], gradients, steps), run["course"][i], 1e-5, 1e-6);
    }
  }
  CHECK(tested == optimizers().names());
}

TEST_CASE("a long run of nadam equals Keras's, whose momentum is a running product") {
  const Json& run = golden()["nadam_long"];
  std::vector<Vector> gradients;
  for (const float gradient : run["gradients"]) gradients.push_back({gradient});
  check_near(descend(*nadam({.learning_rate = 0.01}), run["start"], gradients, gradients.size()),
             run["value"], 1e-5, 1e-6);
}

TEST_CASE("clipped gradients equal Keras's") {
  const Json& all = golden()["clipping"];
  Model model(sequential({3}, {dense(4), dense(2, {.use_bias = false})}));
  for (const Json& run : all["runs"]) {
    CAPTURE(run["options"].dump());
    const OptimizerPtr optimizer = make(optimizers(), "sgd", configuration(run["options"]));
    // The gradients lie as the weights do, and so can be put where those are.
    model.set_weights(weights(all["gradients"]));
    Clipper(optimizer->clipping(), model.network()).apply(model.weights().parameters);
    const std::vector<Vector> found = model.get_weights(), expected = weights(run["clipped"]);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) check_near(found[i], expected[i], 1e-6, 0);
  }
}

TEST_CASE("the rates of every schedule equal Keras's") {
  const Json& all = golden()["schedules"];
  std::set<std::string> covered;
  for (const Json& run : all["runs"]) {
    CAPTURE(run["name"], run["options"].dump());
    covered.insert(run["name"]);
    const SchedulePtr schedule = make(schedules(), run["name"], configuration(run["options"]));
    // Keras computes in float32, where a step of a long period is a few roundings off.
    check_near(rates(*schedule), run["rates"], 1e-5, 1e-7);
  }
  for (const std::string& name : schedules().names()) {
    CAPTURE(name);
    CHECK(covered.contains(name));
  }
}

TEST_CASE("a schedule that is not told how long it is takes the whole training") {
  const Json& all = golden()["schedules"];
  const std::int64_t total = all["total"];
  int found = 0;
  for (const Json& run : all["runs"]) {
    CAPTURE(run["name"], run["options"].dump());
    base::Configuration options = configuration(run["options"]);
    const auto warmup = run["options"].value("warmup_steps", std::int64_t{0});
    for (const std::string name : {"decay_steps", "first_decay_steps", "iterations"}) {
      if (!options.contains(name) || !base::same(options[name], total - warmup)) continue;
      const SchedulePtr told = make(schedules(), run["name"], options);
      options.erase(name);
      CHECK(rates(*make(schedules(), run["name"], options)) == rates(*told));
      ++found;
    }
  }
  CHECK(found == 7);
}

}  // namespace tune::model
