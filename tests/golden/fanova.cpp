#include <numeric>

#include "search/forest.hpp"
#include "search/importance.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Values of Optuna's functional ANOVA, written by fanova.py, which says what they are.

using namespace tune;
using tests::Json;

TEST_CASE("variances of a tree and of its marginals are Optuna's on scikit-learn's tree") {
  const Json file = tests::golden_file("fanova");
  REQUIRE(file["trees"].size() == 3);
  for (const Json& values : file["trees"]) {
    const std::size_t dimensions = values["main"].size();
    std::vector<double> points;
    for (const Json& point : values["points"]) {
      for (const Json& coordinate : point) points.push_back(coordinate);
    }
    const std::vector<double> scores = values["values"];
    std::vector<std::uint32_t> numbers(scores.size());
    std::iota(numbers.begin(), numbers.end(), 0u);
    const search::Tree tree({dimensions, points, scores}, numbers, base::Rng(1));
    const search::Tree::Variance variance = tree.variance();
    CHECK(variance.total == Approx(values["total"].get<double>()).epsilon(1e-9));
    for (std::size_t d = 0; d < dimensions; ++d) {
      CHECK(variance.main[d] == Approx(values["main"][d].get<double>()).epsilon(1e-9));
    }
  }
}

TEST_CASE("importances are Optuna's but for the draws of the forest") {
  const Json file = tests::golden_file("fanova");
  REQUIRE(file["forests"].size() == 2);
  for (const Json& values : file["forests"]) {
    std::vector<search::Parameter> parameters;
    for (const auto& [name, domain] : values["domains"].items()) {
      parameters.push_back({name, search::parse_domain(domain.get<std::string>()), {}});
    }
    const search::Space space(std::move(parameters), {});
    std::vector<search::Observation> observations;
    for (std::size_t i = 0; i < values["scores"].size(); ++i) {
      const Json& given = values["configurations"][i];
      observations.push_back({space.to_row({{"a", given["a"].get<double>()},
                                            {"b", given["b"].get<double>()},
                                            {"c", given["c"].get<std::int64_t>()},
                                            {"d", given["d"].get<std::string>()}}),
                              values["scores"][i]});
    }
    const search::Importance shares = search::importance(space, observations, base::Rng(1));
    for (std::size_t i = 0; i < space.dimensions(); ++i) {
      const std::string& name = space.parameters()[i].name;
      INFO(name << ": " << shares.main[i] << ", Optuna: " << values["main"][name]);
      // Four standard deviations, and that Optuna codes choices one-hot.
      const double margin = 4 * values["deviation"][name].get<double>() + 0.02;
      CHECK(std::abs(shares.main[i] - values["main"][name].get<double>()) < margin);
    }
  }
}
