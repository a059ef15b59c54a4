
#include "model/optimizers/optimizer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/options.hpp"

// What every optimizer of optimizers() must do, and the formulas by hand.

namespace tune::model {
namespace {

using Vector = std::vector<float>;

OptimizerPtr make(const std::string& name, const base::Configuration& options = {}) {
  const auto& row = optimizers().at(name);
  return row.make(base::Reader(options, row.keys));
}

/// Gradient of the sum of (i + 1) / 4 (w_i - 1)^2.
Vector gradient_at(const Vector& w) {
  Vector gradient(w.size());
  for (std::size_t i = 0; i < w.size(); ++i) {
    gradient[i] = static_cast<float>(i + 1) / 2 * (w[i] - 1);
  }
  return gradient;
}

/// Where so many steps down that bowl lead.
Vector descend(const Optimizer& optimizer, Vector w, int steps) {
  Vector memory(optimizer.slots() * w.size());
  for (int step = 1; step <= steps; ++step) {
    optimizer.step(w, gradient_at(w), memory, optimizer.rate(), step);
  }
  return w;
}

/// The parameter after steps with gradients of one parameter that starts at 1.
Vector course(const Optimizer& optimizer, const Vector& gradients) {
  Vector w = {1}, memory(optimizer.slots()), course;
  std::int64_t step = 0;
  for (const float gradient : gradients) {
    optimizer.step(w, Vector{gradient}, memory, optimizer.rate(), ++step);
    course.push_back(w[0]);
  }
  return course;
}

void check_course(const Vector& found, const Vector& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]));
}

}  // namespace

TEST_CASE("every optimizer finds the bottom of a bowl") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    const OptimizerPtr optimizer = make(name, {{"learning_rate", 0.1}});
    CHECK(optimizer->name() == name);
    CHECK(optimizer->rate() == 0.1f);
    for (const float w : descend(*optimizer, {3, -2, 0, 0.5f}, 500)) {
      CHECK(w == Approx(1).margin(0.02));
    }
  }
}

TEST_CASE("every optimizer leaves a weight of zero without gradient, the padding, at zero") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    const OptimizerPtr optimizer = make(name);
    Vector w(20), memory(optimizer->slots() * w.size());
    for (int step = 1; step < 10; ++step) {
      optimizer->step(w, Vector(20), memory, optimizer->rate(), step);
    }
    CHECK(w == Vector(20));
  }
}

TEST_CASE("every optimizer treats a weight alike wherever it stands") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    const OptimizerPtr optimizer = make(name);
    Vector many(37), memory(optimizer->slots() * many.size());
    many[29] = 2;
    for (int step = 1; step < 10; ++step) {
      Vector gradients(37, 5.0f);
      gradients[29] = many[29] - 1;
      optimizer->step(many, gradients, memory, optimizer->rate(), step);
    }
    Vector one = {2}, small(optimizer->slots());
    for (int step = 1; step < 10; ++step) {
      optimizer->step(one, Vector{one[0] - 1}, small, optimizer->rate(), step);
    }
    CHECK(many[29] == Approx(one[0]).epsilon(1e-6));
    CHECK(one[0] != 2);
  }
}

TEST_CASE("every optimizer uses the rate that it is given, not its own") {
  for (const std::string& name : optimizers().names()) {
    CAPTURE(name);
    const OptimizerPtr slow = make(name, {{"learning_rate", 0.01}});
    const OptimizerPtr fast = make(name, {{"learning_rate", 0.1}});
    Vector a = {2}, b = {2}, memory_a(slow->slots()), memory_b(fast->slots());
    for (int step = 1; step < 5; ++step) {
      slow->step(a, Vector{1}, memory_a, 0.05f, step);
      fast->step(b, Vector{1}, memory_b, 0.05f, step);
    }
    CHECK(a == b);
  }
}

TEST_CASE("every optimizer reads every key that it declares") {
  for (const auto& row : optimizers().rows()) {
    CAPTURE(row.name);
    const auto outcome = [&](const base::Configuration& options) -> tests::Numbers {
      const Vector w = descend(*make(row.name, options), {3, -2, 0, 0.5f}, 5);
      return {w.begin(), w.end()};
    };
    CHECK(tests::keys_without_effect(row.keys, {outcome}) == std::vector<std::string>{});
  }
}

// keras.optimizers.SGD: v = momentum v - rate g; w += v, with Nesterov w += momentum v - rate g.
TEST_CASE("sgd by hand") {
  const Vector gradients = {1, 2, -1};
  check_course(course(*sgd({.learning_rate = 0.1}), gradients), {0.9f, 0.7f, 0.8f});
  // v = -0.1, -0.25, -0.025
  check_course(course(*sgd({.learning_rate = 0.1, .momentum = 0.5}), gradients),
               {0.9f, 0.65f, 0.625f});
  // steps 0.5 v - 0.1 g = -0.15, -0.325, 0.0875
  check_course(course(*sgd({.learning_rate = 0.1, .momentum = 0.5, .nesterov = true}), gradients),
               {0.85f, 0.525f, 0.6125f});
}

}  // namespace tune::model
