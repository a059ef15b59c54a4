#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "model/activation.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/tables.hpp"

// What every activation of activation_names() must do.

namespace tune::model {
namespace {

constexpr Index kSamples = 6;

/// Their derivative is zero wherever there is one; the perceptron's rule trains them.
const std::set<std::string> kSteps = {"heaviside", "sign"};

/// The sum over all outputs, each times its weight, in double.
double weighted(const Activation& function, const Eigen::MatrixXf& z,
                const Eigen::MatrixXf& weights) {
  const tests::Blocked values(z);
  function.apply(values.block(), values.samples());
  return values.matrix().cast<double>().cwiseProduct(weights.cast<double>()).sum();
}

}  // namespace

TEST_CASE("the derivative of every activation equals the finite difference") {
  for (const std::string& name : activation_names()) {
    const Activation& function = activation(name);
    for (const Index rows : {1, 5, 16, 70}) {
      CAPTURE(name, rows);
      const Eigen::MatrixXf z = tests::random_matrix(rows, kSamples, base::Rng(1), 3);
      const Eigen::MatrixXf weights = tests::random_matrix(rows, kSamples, base::Rng(2));
      const tests::Blocked inputs(z), outputs(z), gradient(weights);
      function.apply(outputs.block(), kSamples);
      function.backward(function.from_input ? inputs.block() : outputs.block(), gradient.block(),
                        kSamples);
      CHECK((gradient.padding().array() == 0).all());
      double error = 0, largest = 0;
      for (Index s = 0; s < kSamples; ++s) {
        for (Index i = 0; i < rows; ++i) {
          const double expected = gradient.block().sample(s)[i];
          const auto sum = [&](double distance) {
            Eigen::MatrixXf moved = z;
            moved(i, s) = static_cast<float>(moved(i, s) + distance);
            return weighted(function, moved.col(s), weights.col(s));
          };
          error = std::max(error, std::abs(tests::derivative(sum, expected) - expected));
          largest = std::max(largest, std::abs(expected));
        }
      }
      // A softmax of one unit is constant.
      const bool flat = kSteps.contains(name) || (name == "softmax" && rows == 1);
      CHECK((largest == 0) == flat);
      CHECK(error < tests::kGradientTolerance * (flat ? 1 : largest));
    }
  }
}

TEST_CASE("networks of every activation have the gradients of finite differences") {
  const tests::Table table(tests::random_matrix(4, kSamples, base::Rng(3)),
                           tests::random_matrix(2, kSamples, base::Rng(4)));
  for (const std::string& name : activation_names()) {
    CAPTURE(name);
    Model model(sequential({4}, {dense(5, {.activation = name}), dense(3, {.activation = name}),
                                 activation_layer(name), dense(2)}));
    model.initialize(base::Rng(5));
    model.compile({.losses = {mean_squared_error()}});
    const tests::GradientCheck check = tests::check_gradients(model, table.samples());
    CHECK(check.error < tests::kGradientTolerance * check.largest);
    CHECK(check.largest > 1e-3);
    CHECK_FALSE(check.padding);
  }
}

TEST_CASE("every activation stays finite far out, and keeps to its range") {
  const std::map<std::string, std::pair<float, float>> ranges = {{"sigmoid", {0, 1}},
                                                                 {"softmax", {0, 1}},
                                                                 {"heaviside", {0, 1}},
                                                                 {"tanh", {-1, 1}},
                                                                 {"sign", {-1, 1}},
                                                                 {"softsign", {-1, 1}},
                                                                 {"relu", {0, INFINITY}},
                                                                 {"softplus", {0, INFINITY}},
                                                                 {"hard_sigmoid", {0, 1}},
                                                                 {"elu", {-1, INFINITY}},
                                                                 {"exponential", {0, INFINITY}}};
  for (const std::string& name : activation_names()) {
    CAPTURE(name);
    Eigen::MatrixXf z(4, 3);
    z << -1e4f, 1e4f, 0, -100, 100, 0, 1e30f, -1e30f, 0, 88, -88, 0;
    // Keras's is infinite from e^88.73 on.
    if (name == "exponential") z = z.cwiseMin(88.7f);
    const tests::Blocked inputs(z), values(z), gradient(Eigen::MatrixXf::Ones(4, 3));
    const Activation& function = activation(name);
    function.apply(values.block(), 3);
    function.backward(function.from_input ? inputs.block() : values.block(), gradient.block(), 3);
    CHECK(values.matrix().allFinite());
    CHECK(values.padding().allFinite());
    CHECK(gradient.matrix().allFinite());
    if (ranges.contains(name)) {
      CHECK(values.matrix().minCoeff() >= ranges.at(name).first);
      CHECK(values.matrix().maxCoeff() <= ranges.at(name).second);
    }
    if (name != "softmax") continue;
    for (Index s = 0; s < 3; ++s) CHECK(values.matrix().col(s).sum() == Approx(1));
  }
}

TEST_CASE("an activation that is applied again and again leaves finite padding") {
  // 64 rows: columns that are farther apart than their padding.
  for (const std::string& name : activation_names()) {
    CAPTURE(name);
    const tests::Blocked values(Eigen::MatrixXf::Zero(64, 3));
    for (int step = 0; step < 20; ++step) {
      for (Index s = 0; s < 3; ++s) std::fill_n(values.block().sample(s), 64, 0.0f);
      activation(name).apply(values.block(), 3);
    }
    CHECK(values.padding().allFinite());
  }
}

TEST_CASE("NaN goes through every activation that has a derivative") {
  for (const std::string& name : activation_names()) {
    if (kSteps.contains(name)) continue;
    CAPTURE(name);
    const tests::Blocked values(Eigen::MatrixXf::Constant(3, 2, NAN));
    activation(name).apply(values.block(), 2);
    CHECK(std::isnan(values.block().sample(1)[2]));
  }
}

}  // namespace tune::model
