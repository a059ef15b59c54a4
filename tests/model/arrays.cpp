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
