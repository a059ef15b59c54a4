#include "model/optimizers/clipping.hpp"

#include <cmath>

#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// Values against Keras's are in tests/golden/keras_optimizers.cpp.

namespace tune::model {
namespace {

Floats clipped(const Clipping& clipping, Floats gradients) {
  Clipper(clipping, {{0, 2}, {2, 3}}).apply(gradients);
  return gradients;
}

}  // namespace

TEST_CASE("gradients within the limit keep their bits, zero gradients stay zero") {
  const Floats zero(5), small = {0.1f, 0.2f, -0.3f, 0.0f, 1e-30f};
  for (const Clipping& clipping : {Clipping{}, Clipping{.clipnorm = 2}, Clipping{.clipvalue = 2},
                                   Clipping{.global_clipnorm = 2}}) {
    CHECK(clipped(clipping, zero) == zero);
    CHECK(clipped(clipping, small) == small);
  }
}

TEST_CASE("huge gradients are clipped without overflow") {
  const Floats huge = {3e30f, 4e30f, 0, 0, 0};
  for (const Clipping& clipping : {Clipping{.clipnorm = 5}, Clipping{.global_clipnorm = 5}}) {
    const Floats found = clipped(clipping, huge);
    CHECK(found[0] == Approx(3));
    CHECK(found[1] == Approx(4));
  }
}

TEST_CASE("the norm of each weight is its own") {
  const Floats found = clipped({.clipnorm = 1}, {30, 40, 0.1f, 0.2f, 0.3f});
  CHECK(found[0] == Approx(0.6));
  CHECK(found[1] == Approx(0.8));
  CHECK(found[4] == 0.3f);
}

TEST_CASE("a gradient that is not finite does not look finite after clipping") {
  for (const float bad : {NAN, INFINITY}) {
    for (const Clipping& clipping : {Clipping{.clipnorm = 1}, Clipping{.global_clipnorm = 1}}) {
      const Floats found = clipped(clipping, {bad, 1, 2, 3, 4});
      CHECK_FALSE(std::isfinite(found[0]));
    }
  }
}

TEST_CASE("limits that make no sense are refused") {
  CHECK_THROWS_WITH(sgd({.clipping = {.clipnorm = 0}}), "clipnorm: must be above 0");
  CHECK_THROWS_WITH(adam({.clipping = {.clipvalue = NAN}}), "clipvalue: must be above 0");
  CHECK_THROWS_WITH(adam({.clipping = {.clipnorm = 1, .global_clipnorm = 1}}),
                    "global_clipnorm: clipnorm is given too; only one of clipnorm, clipvalue and "
                    "global_clipnorm can be");
}

TEST_CASE("a training with clipped gradients takes steps of bounded length") {
  const tests::Table table = tests::regression(20);
  Model model =
      tests::regression_model(sgd({.learning_rate = 1, .clipping = {.global_clipnorm = 1e-3}}));
  const Floats before = model.weights().parameters;
  model.fit(table.samples(), nullptr, {.batch_size = 20});
  double length = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    length += std::pow(double{model.weights().parameters[i]} - double{before[i]}, 2);
  }
  CHECK(std::sqrt(length) == Approx(1e-3).epsilon(1e-3));
}

}  // namespace tune::model
