#include <set>

#include "model/layers/catalogue.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_layers.hpp"

// What every layer must do. A new layer adds its examples to the table.

namespace tune::model {
namespace {

struct Example {
  std::string what;
  Shape input;
  LayerPtr layer;
};

std::vector<Example> examples() {
  return {
      {"linear", {5}, dense(4)},
      {"activated", {5}, dense(4, {.activation = "tanh"})},
      {"without bias", {5}, dense(4, {.activation = "sigmoid", .use_bias = false})},
      {"one to one", {1}, dense(1)},
      {"wider than a register", {19}, dense(37, {.activation = "softmax"})},
      {"elementwise", {5}, activation_layer("tanh")},
      {"over the units", {5}, activation_layer("softmax")},
      {"of a matrix", {2, 3}, activation_layer("sigmoid")},
      {"a matrix", {2, 3}, flatten()},
      {"a vector", {4}, flatten()},
      {"four axes", {2, 3, 1, 2}, flatten()},
  };
}

constexpr Index kSamples = 7;

/// The layer behind one that wants its input's gradient, and before one that flattens.
Model model_around(const Example& example) {
  Model model(sequential(example.input,
                         {std::make_shared<tests::Scale>(), example.layer, flatten(), dense(2)}));
  model.initialize(base::Rng(1));
  model.compile({.losses = {mean_squared_error()}});
  return model;
}

Eigen::MatrixXf input(const Example& example, Index samples) {
  return tests::random_matrix(size_of(example.input), samples, base::Rng(2));
}

}  // namespace

TEST_CASE("every layer of the catalogue has an example, and is made anew by its config") {
  std::set<std::string> covered;
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    covered.emplace(example.layer->type());
    const auto& row = layers().at(example.layer->type());
    const base::Configuration config = example.layer->config();
    const LayerPtr again = row.make(base::Reader(config, row.keys));
    CHECK(again->type() == example.layer->type());
    CHECK(again->config() == config);
  }
  for (const std::string& name : layers().names()) CHECK(covered.contains(name));
}

TEST_CASE("the gradients of every layer equal finite differences") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    const tests::Table table(input(example, kSamples),
                             tests::random_matrix(2, kSamples, base::Rng(3), 2));
    const tests::GradientCheck check =
        tests::check_gradients(model_around(example), table.samples());
    CHECK(check.error < tests::kGradientTolerance * check.largest);
    CHECK(check.largest > 1e-3);
    CHECK_FALSE(check.padding);
  }
}

TEST_CASE("a layer's result for a sample does not depend on its neighbours, bit by bit") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    const Model model = model_around(example);
    const Eigen::MatrixXf x = input(example, 40), all = model.predict(x);
    for (const Index first : {0, 3, 38}) {
      CHECK(model.predict(x.middleCols(first, 2).eval()) == all.middleCols(first, 2));
    }
  }
}

TEST_CASE("a layer's weights come back as they were set") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    Model model = model_around(example), other = model;
    other.initialize(base::Rng(9));
    other.set_weights(model.get_weights());
    CHECK(other.get_weights() == model.get_weights());
    CHECK(other.weights().parameters == model.weights().parameters);
    CHECK(other.weights().state == model.weights().state);
  }
}

TEST_CASE("a layer refuses a number of inputs that it does not take") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    CHECK_THROWS_AS(example.layer->output_shape({}), base::InputError);
  }
}

}  // namespace tune::model
