#include "model/arrays.hpp"

#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {

TEST_CASE("matrices go where samples go") {
  tests::Table table = tests::regression(9);
  Model a = tests::regression_model(), b = tests::regression_model();
  CHECK(a.evaluate(Arrays(table.x, table.y)) == a.evaluate(table.samples()));
  CHECK(a.predict_all(Arrays(table.x)).at(0) == a.predict(table.samples()));
  const Samples samples = table.samples();
  const Arrays train(table.x, table.y);
  const History history = a.fit(train, train, {.epochs = 2});
  CHECK(history.epochs == b.fit(samples, &samples, {.epochs = 2}).epochs);
  CHECK(a.fit(train, {.epochs = 1}).epochs == b.fit(samples, nullptr, {.epochs = 1}).epochs);
  CHECK(a.get_weights() == b.get_weights());
}

TEST_CASE("weights of samples go with their matrices") {
  tests::Table table = tests::regression(3);
  const std::vector<float> weights = {0, 2, 1};
  const Arrays weighted(table.x, table.y, weights);
  table.weights = weights;
  const Model model = tests::regression_model();
  CHECK(model.evaluate(weighted) == model.evaluate(table.samples()));
}

TEST_CASE("each output may have weights of its own") {
  const tests::Table table = tests::regression(3);
  Graph graph;
  const auto input = graph.input({3});
  const Graph::Handle outputs[] = {graph.add(dense(1), input, "a"),
                                   graph.add(dense(1), input, "b")};
  Model model(std::move(graph).build(outputs));
  model.initialize(base::Rng(3));
  model.compile({.losses = {mean_squared_error(), mean_squared_error()}});
  const std::vector<float> first = {0, 2, 1}, second = {3, 1, 0};
  const auto logs = [&](const Arrays& arrays) { return model.evaluate(arrays, {.batch_size = 2}); };
  const Logs both = logs(Arrays({table.x}, {table.y, table.y}, {first, second}));
  const Logs of_first = logs(Arrays({table.x}, {table.y, table.y}, first));
  const Logs of_second = logs(Arrays({table.x}, {table.y, table.y}, second));
  CHECK(both.at("a_loss") == of_first.at("a_loss"));
  CHECK(both.at("b_loss") == of_second.at("b_loss"));
  CHECK(both.at("a_loss") != of_second.at("a_loss"));
  CHECK(logs(Arrays({table.x}, {table.y, table.y}, {first})) == of_first);
  const Logs one = logs(Arrays({table.x}, {table.y, table.y}, {first, {}}));
  CHECK(one.at("a_loss") == of_first.at("a_loss"));
  CHECK(one.at("b_loss") == logs(Arrays({table.x}, {table.y, table.y})).at("b_loss"));
  CHECK_THROWS_WITH(logs(Arrays({table.x}, {table.y, table.y}, {first, second, first})),
                    "the model has 2 outputs, the samples have weights for 3");
  CHECK_THROWS_WITH(
      model.fit(Arrays({table.x}, {table.y, table.y}, {first, {}}), {.class_weight = {{0, 2.0f}}}),
      "fit: class_weight and weights of the samples cannot be given together");
}

TEST_CASE("a copy of arrays stands on its own") {
  const tests::Table table = tests::regression(5);
  auto first = std::make_unique<Arrays>(table.x, table.y);
  const Arrays copy = *first;
  first.reset();
  CHECK(Samples(copy).rows.size() == 5);
  CHECK(Samples(copy).rows[4] == 4);
}

TEST_CASE("matrices that do not go together are refused") {
  const tests::Table three = tests::regression(3), four = tests::regression(4);
  const std::vector<float> weights(4);
  CHECK_THROWS_WITH(Arrays(three.x, four.y), "x has 3 samples, y has 4");
  CHECK_THROWS_WITH(Arrays(three.x, three.y, weights), "x has 3 samples, sample_weight has 4");
  CHECK_THROWS_WITH(Arrays({three.x, four.x}, {three.y}),
                    "x has 3 samples, another matrix of it has 4");
  CHECK_THROWS_WITH(Arrays(Arrays::Matrices{}), "x has no matrices");
}

}  // namespace tune::model
