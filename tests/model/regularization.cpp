#include "model/regularization.hpp"

#include <cmath>

#include "model/model.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

const DenseOptions kOptions{.kernel_regularizer = "l1_l2(0.5, 0.25)",
                            .bias_regularizer = "l1(2)",
                            .kernel_constraint = "max_norm(1)"};

/// Kernel (2, 3) and bias, and a layer without any of this behind them.
Model small() {
  Model model(sequential({2}, {dense(3, kOptions), dense(1)}));
  model.set_weights({{3, 0, 0.25f, -4, 0, 0.5f}, {1, -1, 0}, {9, 9, 9}, {9}});
  return model;
}

}  // namespace

TEST_CASE("penalties are those of each weight's own regulariser") {
  Model model = small();
  const Regularization regularization(model.network());
  // |w|: 7.75 and 2; w^2: 9 + 16 + 1/16 + 1/4
  CHECK(regularization.penalty(model.weights().parameters) ==
        Approx(0.5 * 7.75 + 0.25 * 25.3125 + 2 * 2));
  Model gradient = small();
  std::ranges::fill(gradient.weights().parameters, 0.0f);
  gradient.set_weights({{1, 1, 1, 1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {0}});
  regularization.add_gradient(model.weights().parameters, gradient.weights().parameters);
  CHECK(gradient.get_weights() == std::vector<std::vector<float>>{
                                      {3, 1, 1.625f, -1.5f, 1, 1.75f}, {2, -2, 0}, {0, 0, 0}, {0}});
}

TEST_CASE("the gradient of a penalty is its finite difference, and its padding zero") {
  const Model model = small();
  const Regularization regularization(model.network());
  Floats parameters = model.weights().parameters, gradient(parameters.size());
  regularization.add_gradient(parameters, gradient);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i] == 0) {
      CHECK(gradient[i] == 0);
      continue;
    }
    const float at = parameters[i];
    parameters[i] = at + 0x1p-6f;
    const double above = regularization.penalty(parameters);
    parameters[i] = at - 0x1p-6f;
    CHECK(gradient[i] ==
          Approx((above - regularization.penalty(parameters)) / 0x1p-5).margin(1e-9));
    parameters[i] = at;
  }
}

TEST_CASE("a norm above its limit comes down to it, and no other") {
  Model model = small();
  Regularization(model.network()).constrain(model.weights().parameters);
  const auto weights = model.get_weights();
  // The first unit's incoming weights 3 and -4 have the norm 5; the second's are zero.
  CHECK(weights[0][0] == Approx(0.6));
  CHECK(weights[0][3] == Approx(-0.8));
  CHECK(weights[0][1] == 0);
  CHECK(weights[0][2] == Approx(0.25));
  CHECK(weights[1] == small().get_weights()[1]);
  CHECK(weights[2] == small().get_weights()[2]);
}

TEST_CASE("the limit holds for every unit of a wide layer") {
  for (const Index units : {1, 16, 64, 70, 200}) {
    CAPTURE(units);
    Model model(sequential({9}, {dense(units, {.kernel_initializer = "random_normal(0, 1)",
                                               .kernel_constraint = "max_norm(1.5)"})}));
    model.initialize(base::Rng(1));
    Model before = model;
    Regularization(model.network()).constrain(model.weights().parameters);
    const auto kernel = model.get_weights()[0], old = before.get_weights()[0];
    for (std::size_t u = 0; u < static_cast<std::size_t>(units); ++u) {
      double norm = 0;
      for (std::size_t i = 0; i < 9; ++i) {
        norm += std::pow(old[i * static_cast<std::size_t>(units) + u], 2);
      }
      norm = std::sqrt(norm);
      for (std::size_t i = 0; i < 9; ++i) {
        const std::size_t k = i * static_cast<std::size_t>(units) + u;
        CHECK(kernel[k] == Approx(old[k] * std::min(norm, 1.5) / norm).epsilon(1e-5));
      }
    }
    before.set_weights(model.get_weights());
    CHECK(before.weights().parameters == model.weights().parameters);  // the padding too
  }
}

TEST_CASE("a network without regularisers, or with frozen weights, is left alone") {
  Model model = small();
  const Floats before = model.weights().parameters;
  Floats gradient(before.size());
  for (const Regularization& regularization :
       {Regularization(model.network(), {false, true, false}),
        Regularization(*sequential({2}, {dense(3), dense(1)}))}) {
    CHECK(regularization.penalty(before) == 0);
    CHECK(regularization.add_gradient(before, gradient) == 0);
    CHECK(gradient == Floats(before.size()));
    regularization.constrain(model.weights().parameters);
    CHECK(model.weights().parameters == before);
  }
}

TEST_CASE("regularisers and constraints are read back from their text") {
  for (const char* text :
       {"none", "l1", "l2", "l1_l2", "l1(0.5)", "l2(0.001)", "l1_l2(0.1, 0.2)"}) {
    CHECK(to_text(regularizer(text)) == text);
  }
  CHECK(regularizer("l1") == Regularizer{0.01, 0});
  CHECK(regularizer("l1_l2(0.3)") == Regularizer{0.3, 0.01});
  for (const char* text : {"none", "max_norm", "max_norm(1.5)"}) {
    CHECK(max_norm_text(max_norm(text)) == text);
  }
  CHECK(max_norm("max_norm") == 2);
  CHECK_THROWS_WITH(regularizer("l3"), "unknown regularizer 'l3'; did you mean 'l1'?");
  CHECK_THROWS_WITH(regularizer("none(1)"), "'none' takes no numbers");
  CHECK_THROWS_WITH(regularizer("l2(-1)"), "'l2': its l2 must lie between 0 and 1e+30, not -1");
  CHECK_THROWS_WITH(max_norm("maxnorm(1)"),
                    "unknown constraint 'maxnorm'; did you mean 'max_norm'?");
  CHECK_THROWS_WITH(max_norm("max_norm(0)"),
                    "'max_norm': its max_value must lie between 1e-06 and 1e+30, not 0");
}

}  // namespace tune::model
