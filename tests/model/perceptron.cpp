#include <Eigen/Core>
#include <vector>

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

Recipe build(const std::string& builder, const base::Configuration& options,
             const Problem& problem) {
  const auto& row = builders().at(builder);
  Recipe recipe = row.make(base::Reader(options, row.keys), problem);
  recipe.model.initialize(base::Rng(1));
  return recipe;
}

/// One row after the other, in order.
History train(Model& model, const tests::Table& table, int epochs = 1) {
  return model.fit(table.samples(), nullptr, {.epochs = epochs, .batch_size = 1, .shuffle = false});
}

using Weights2 = std::vector<std::vector<float>>;

Eigen::MatrixXf columns(std::initializer_list<std::initializer_list<float>> samples) {
  Eigen::MatrixXf matrix(samples.begin()->size(), samples.size());
  Eigen::Index col = 0;
  for (const auto& sample : samples) {
    Eigen::Index row = 0;
    for (const float value : sample) matrix(row++, col) = value;
    ++col;
  }
  return matrix;
}

}  // namespace

// The book's rule (Geron, equation 10-3): w += rate (y - y') x, from weights of zero. By hand for
// rate 1 and x = (1, 2) -> 1, (2, 1) -> 0, (-1, 1) -> 0, (2, 3) -> 1:
//   z = 0: on, y = 1: right.                                       w = (0, 0), b = 0
//   z = 0: on, y = 0: w -= x.                                      w = (-2, -1), b = -1
//   z = 2 - 1 - 1 = 0: on, y = 0: w -= x.                          w = (-1, -2), b = -2
//   z = -2 - 6 - 2 < 0: off, y = 1: w += x.                        w = (1, 1), b = -1
TEST_CASE("the perceptron's rule by hand, heaviside and sign units alike") {
  const tests::Table table(columns({{1, 2}, {2, 1}, {-1, 1}, {2, 3}}),
                           columns({{1}, {0}, {0}, {1}}));
  for (const char* unit : {"heaviside", "sign"}) {
    CAPTURE(unit);
    Recipe recipe =
        build("perceptron", {{"unit", std::string(unit)}}, {Problem::Task::binary, {2}, 1});
    CHECK(recipe.model.get_weights() == Weights2{{0, 0}, {0}});
    const History history = train(recipe.model, table);
    CHECK(recipe.model.get_weights() == Weights2{{1, 1}, {-1}});
    CHECK(history.epochs.at(0).at("loss") == 0.75);  // three of four were wrong
  }
}

// Rule y z <= 0 on the same rows, rate 0.5: the first row has z = 0, which is not right enough:
//   w = (.5, 1), b = .5 | z = 2.5, y = -1: w = (-.5, .5), b = 0 | z = 1, y = -1: w = (0, 0),
//   b = -.5 | z = -.5, y = 1: w = (1, 1.5), b = 0
TEST_CASE("the rule y z <= 0 by hand") {
  const tests::Table table(columns({{1, 2}, {2, 1}, {-1, 1}, {2, 3}}),
                           columns({{1}, {0}, {0}, {1}}));
  Recipe recipe = build("perceptron", {{"rule", std::string("margin")}, {"learning_rate", 0.5}},
                        {Problem::Task::binary, {2}, 1});
  const History history = train(recipe.model, table);
  CHECK(recipe.model.get_weights() == Weights2{{1, 1.5}, {0}});
  CHECK(history.epochs.at(0).at("loss") == (0 + 2.5 + 1 + 0.5) / 4);  // mean of max(0, -y z)
}

// Two outputs are two perceptrons side by side: y = first input on, y = second input off.
//   (1, 0) -> 1, 1: z = 0, 0: both right.
//   (0, 1) -> 0, 0: z = 0, 0: both wrong, w -= x.     w1 = w2 = (0, -1), b = -1, -1
//   (1, 1) -> 1, 0: z = -2, -2: the first is wrong.   w1 = (1, 0), b1 = 0
TEST_CASE("several outputs learn side by side") {
  const tests::Table table(columns({{1, 0}, {0, 1}, {1, 1}}), columns({{1, 1}, {0, 0}, {1, 0}}));
  Recipe recipe = build("perceptron", {}, {Problem::Task::multilabel, {2}, 2});
  train(recipe.model, table);
  // Kernel in Keras's layout: [input][output].
  CHECK(recipe.model.get_weights() == Weights2{{1, 0, 0, -1}, {0, -1}});
}

TEST_CASE("classes as indices train one unit a class against the rest") {
  const Eigen::MatrixXf x = columns({{1, 0}, {0, 1}, {1, 1}, {-1, -1}, {2, -1}, {-1, 3}});
  const tests::Table indices(x, columns({{0}, {1}, {2}, {2}, {0}, {1}}));
  const tests::Table one_hot(
      x, columns({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}}));
  Recipe a = build("perceptron", {}, {Problem::Task::multiclass, {2}, 3}), b = a;
  train(a.model, indices, 3);
  train(b.model, one_hot, 3);
  CHECK(a.model.get_weights() == b.model.get_weights());
  CHECK(a.model.get_weights()[1] != std::vector<float>(3));
}

TEST_CASE("a perceptron predicts steps, and gives no probabilities") {
  const Eigen::MatrixXf x = columns({{1, 0}, {-1, 0}, {0, 0}});
  const Problem problem{Problem::Task::binary, {2}, 1};
  Recipe heaviside = build("perceptron", {}, problem);
  heaviside.model.set_weights({{1, 0}, {0}});
  CHECK(heaviside.model.predict(x) == columns({{1}, {0}, {1}}));
  Recipe sign = build("perceptron", {{"unit", std::string("sign")}}, problem);
  sign.model.set_weights({{1, 0}, {0}});
  CHECK(sign.model.predict(x) == columns({{1}, {-1}, {0}}));
  CHECK_THROWS_WITH(heaviside.model.predict_proba(x),
                    "the model gives no probabilities: its outputs are 'heaviside', not sigmoid or "
                    "softmax");
  CHECK_THROWS_AS(sign.model.predict_proba(x), base::InputError);
}

TEST_CASE("a perceptron cannot learn XOR; a network with a hidden layer can") {
  const tests::Table table(columns({{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
                           columns({{0}, {1}, {1}, {0}}));
  const Problem problem{Problem::Task::binary, {2}, 1};
  const auto right = [&](const Model& model) {
    return ((model.predict(table.x).array() > 0.5f) == (table.y.array() > 0.5f)).count();
  };

  Recipe perceptron = build("perceptron", {}, problem);
  for (int epoch = 0; epoch < 50; ++epoch) {
    train(perceptron.model, table);
    CHECK(right(perceptron.model) <= 3);
  }

  Recipe mlp = build("mlp",
                     {{"n_neurons", std::int64_t{4}},
                      {"activation", std::string("tanh")},
                      {"learning_rate", 0.2},
                      {"momentum", 0.9}},
                     problem);
  mlp.model.fit(table.samples(), nullptr, {.epochs = 300, .batch_size = 4});
  CHECK(right(mlp.model) == 4);
  CHECK(mlp.model.predict_proba(table.x) == mlp.model.predict(table.x));
}

}  // namespace tune::model
