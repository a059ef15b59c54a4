#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tables.hpp"

// Weights of scikit-learn's Perceptron and SGDClassifier, written by perceptron_sklearn.py.

namespace tune::model {
namespace {

using tests::Json;

/// Ours are float32, theirs double: sums of some hundred updates of a few tenths each.
constexpr double kTolerance = 1e-4;

tests::Table table_of(const Json& x, const Json& y) {
  return {tests::matrix(x), tests::matrix(y)};
}

Model trained(const Json& run, const tests::Table& table, std::int64_t units, int epochs) {
  const auto& row = builders().at("perceptron");
  const base::Configuration options = {{"rule", std::string("margin")},
                                       {"learning_rate", run["learning_rate"].get<double>()}};
  const Problem problem{
      units == 1 ? Problem::Task::binary : Problem::Task::multiclass, {table.x.rows()}, units};
  Model model = row.make(base::Reader(options, row.keys), problem).model;
  model.initialize(base::Rng(1));
  model.fit(table.samples(), nullptr, {.epochs = epochs, .batch_size = 1, .shuffle = false});
  return model;
}

}  // namespace

TEST_CASE("with the rule y z <= 0 the perceptron's weights equal scikit-learn's on iris") {
  const Json golden = tests::golden_file("perceptron_sklearn");
  REQUIRE(golden["cases"].size() == 6);
  for (const Json& run : golden["cases"]) {
    const std::string name = run["name"];
    const tests::Table table = table_of(golden["inputs"][run["x"].get<std::string>()], run["y"]);
    for (const Json& after : run["after"]) {
      const int epochs = after["epochs"];
      CAPTURE(name, epochs);
      const std::size_t units = after["weights"].size();
      const auto weights =
          trained(run, table, static_cast<std::int64_t>(units), epochs).get_weights();
      for (std::size_t unit = 0; unit < units; ++unit) {
        CHECK(weights[1][unit] == Approx(after["bias"][unit].get<double>()).margin(kTolerance));
        const std::vector<double> expected = after["weights"][unit];
        for (std::size_t i = 0; i < expected.size(); ++i) {
          CHECK(weights[0][i * units + unit] == Approx(expected[i]).margin(kTolerance));
        }
      }
    }
  }
}

}  // namespace tune::model
