// Decisions of our pruners beside those of real Optuna, and our test of folds beside SciPy's.

#include <cmath>
#include <limits>

#include "search/pruner.hpp"
#include "search/pruners/racing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/spaces.hpp"

using namespace tune;
using namespace tune::search;
using tests::Json;

namespace {

std::vector<float> curve_of(const Json& values) {
  std::vector<float> curve;
  for (const Json& value : values) {
    curve.push_back(value.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                    : value.get<float>() / 1024);
  }
  return curve;
}

/// Of [study], where keys of pruners have a prefix.
std::unique_ptr<const Pruner> pruner_of(const std::string& name, const Json& options) {
  base::Configuration values;
  for (auto& [key, value] : tests::configuration(options)) values["pruner_" + key] = value;
  std::vector<base::Key> keys = pruners().at(name).keys;
  if (name == "patient") {
    const std::string wrapped = options.value("wrapped", "median");
    if (wrapped != "none") {
      for (const base::Key& key : pruners().at(wrapped).keys) keys.push_back(key);
    }
  }
  const base::Reader reader(values, keys);
  reader.check();
  return pruners().at(name).make(reader);
}

/// The earlier trials as Optuna had them, and one that runs.
Trials trials_of(const Space& space, const Json& earlier, int epochs) {
  Trials trials(space);
  for (const Json& trial : earlier) {
    const std::size_t number = trials.add({{}, epochs, std::nullopt});
    const std::vector<float> curve = curve_of(trial[1]);
    const std::vector<Course> courses = {{curve.back(), curve}};
    if (trial[0] == "complete") trials.finish(number, Scored{curve.back()}, courses);
    if (trial[0] == "pruned") {
      trials.finish(number, Pruned{curve.back(), static_cast<int>(curve.size())}, courses);
    }
    if (trial[0] == "fail") trials.finish(number, Failed{"in a test"});
  }
  trials.add({{}, epochs, std::nullopt});
  return trials;
}

}  // namespace

TEST_CASE("pruners end trials where Optuna's do") {
  const Space space;
  std::size_t ended = 0;
  const Json file = tests::golden_file("optuna_pruners");
  for (const Json& row : file["rows"]) {
    INFO(row["pruner"] << ' ' << row["options"] << " after " << row["earlier"].size());
    const std::vector<float> curve = curve_of(row["curve"]);
    const Trials trials = trials_of(space, row["earlier"], static_cast<int>(curve.size()));
    const Prefix prefix(trials, trials.size() - 1, trials.size());
    const auto judge = pruner_of(row["pruner"], row["options"])->judge(prefix, Folds());
    for (std::size_t step = 0; step < curve.size(); ++step) {
      INFO("step " << step);
      const bool ends =
          judge != nullptr && judge->ends_after_epoch(0, std::span(curve).first(step + 1));
      CHECK(ends == (row["ends"][step] == 1));
      ended += ends;
    }
  }
  CHECK(ended > 200);
}

TEST_CASE("the test of folds has SciPy's chances") {
  const Json file = tests::golden_file("optuna_pruners");
  REQUIRE(file["tests"].size() == 30);
  for (const Json& row : file["tests"]) {
    const std::vector<double> differences = row["differences"];
    const double expected = row["chance"];
    CHECK(std::abs(chance_of_worse(differences, row["scored_share"]) - expected) <=
          1e-9 * expected);
  }
}
