#include <cmath>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::InputError;
using tune::base::Rng;
using tune::base::to_text;
using tune::tests::Drive;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Outcome one(const Proposal&, std::size_t) {
  return Scored{1};
}

std::vector<std::string> run(const Made& strategy, std::size_t trials, std::uint64_t seed = 42) {
  const Trials done = Drive{.trials = trials, .seed = seed}.run(*strategy, strategy.space(), one);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < done.size(); ++i)
    texts.push_back(to_text(done.proposal(i).configuration));
  return texts;
}

std::string refusal(const std::string& name, const Space& space,
                    std::vector<Configuration> list = {}) {
  try {
    const Made made(name, {space, 1, std::move(list)});
    run(made, 3);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("grid gives what the space lists") {
  const Space space = space_of({{"layers", "int(0, 3)"},
                                {"units", "int(10, 50, step=10)", "layers >= 1"},
                                {"rate", "real(0, 1, step=0.05)"},
                                {"kind", "choice(a, b, c)"}},
                               {"kind = b and rate < 0.5", "layers = 3 and units = 30"});
  const Made grid("grid", {space, 7, {}});
  const auto rows = space.enumerate(100000);
  REQUIRE(rows);
  CHECK(grid->limit() == rows->size());
  const Trials trials = Drive{.trials = 100000}.run(*grid, space, one);
  REQUIRE(trials.size() == rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    REQUIRE(trials.proposal(i).configuration == space.from_row((*rows)[i]));
    REQUIRE(trials.first((*rows)[i]) == i);
  }
  CHECK(trials.epochs(0) == 7);
}

TEST_CASE("grid refuses what is continuous, too large or empty") {
  CHECK(refusal("grid", space_of({{"n", "int(1, 3)"}, {"rate", "reciprocal(1e-4, 1)"}})) ==
        "grid: 'rate' = reciprocal(1e-04, 1) is continuous; give it a step (real(low, high, "
        "step=...)) or values (choice(...))");
  CHECK(refusal("grid", space_of({{"a", "int(1, 5000)"}, {"b", "int(1, 5000)"}})) ==
        "grid: the space has 25000000 combinations; at most 10000000 are tried");
  CHECK(refusal("grid", space_of({{"n", "int(1, 3)"}, {"a", "int(0, 9000000000000)", "n >= 2"}})) ==
        "grid: the space has more than 10000000 combinations; at most 10000000 are tried");
  CHECK(refusal("grid", space_of({{"n", "int(1, 3)"}}, {"n >= 1"})) ==
        "grid: the forbids rule out every configuration");
}

TEST_CASE("list gives its configurations in order, in the types of the space") {
  const Space space = space_of({{"n", "int(1, 9)"}, {"rate", "real(0, 1)"}});
  const Made list("list", {space,
                           3,
                           {{{"n", std::int64_t{4}}, {"rate", std::int64_t{1}}},
                            {{"n", 2.0}, {"rate", 0.5}},
                            {{"n", 2.0}, {"rate", 0.5}}}});
  CHECK(list->limit() == 3u);
  CHECK(run(list, 10) == std::vector<std::string>{"n=4 rate=1.0", "n=2 rate=0.5", "n=2 rate=0.5"});
}

TEST_CASE("list names the configuration that is wrong") {
  const Space space = space_of({{"n", "int(1, 9)"}});
  CHECK(refusal("list", space) == "list: there are no configurations in it");
  CHECK(refusal("list", space, {{{"n", std::int64_t{1}}}, {{"n", std::int64_t{10}}}}) ==
        "list: configuration 1: n: 10 is not one of its values: int(1, 9)");
  CHECK(refusal("list", space, {{{"m", std::int64_t{1}}}}) ==
        "list: configuration 0: m: no such parameter; did you mean 'n'?");
}

TEST_CASE("random exhausts a finite space without repeating itself") {
  const Space space = space_of(
      {{"n", "int(1, 40, log)"}, {"kind", "choice(a, b)"}, {"extra", "int(1, 5)", "kind = b"}},
      {"n = 3"});
  const Made random("random", {space, 1, {}});
  CHECK(random->limit() == 39u * 6);
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto texts = run(random, 1000, seed);
    CHECK(texts.size() == 39u * 6);
    CHECK(std::set(texts.begin(), texts.end()).size() == texts.size());
  }
  CHECK(run(random, 20, 1) == run(random, 20, 1));
  CHECK(run(random, 20, 1) != run(random, 20, 2));
}

TEST_CASE("random reaches values of almost no probability once the rest is tried") {
  // n = 1000000 is drawn once in 14 million times.
  const Space space = space_of({{"n", "int(1, 1000000, log)"}}, {"n > 3 and n < 1000000"});
  const auto texts = run(Made("random", {space, 1, {}}), 10);
  CHECK(std::set(texts.begin(), texts.end()) ==
        std::set<std::string>{"n=1", "n=2", "n=3", "n=1000000"});
}

TEST_CASE("random picks evenly among the last configurations") {
  const Space space = space_of({{"n", "int(0, 3999)"}});
  const Made random("random", {space, 1, {}});
  Trials trials(space);
  for (std::int64_t n = 0; n < 4000; ++n) {
    if (n != 7 && n != 1300 && n != 3999) trials.add({{{"n", n}}, 1, {}});
  }
  const Prefix prefix(trials, 0, trials.size());
  std::map<std::string, int> seen;
  for (std::uint64_t tag = 0; tag < 600; ++tag) {
    const Move move = random->ask(prefix, Rng(5).split(tag));
    ++seen[to_text(std::get<Proposal>(move).configuration)];
  }
  REQUIRE(seen.size() == 3);
  // 200 expected each, standard deviation 12.
  for (const auto& [text, times] : seen) CHECK(std::abs(times - 200) < 50);
}

TEST_CASE("random repeats a configuration only where chance offers nothing else") {
  // Half of the draws are kind = a, which has nothing else to vary.
  const Space space = space_of({{"kind", "choice(a, b)"}, {"x", "real(0, 1)", "kind = b"}});
  const auto texts = run(Made("random", {space, 1, {}}), 200);
  CHECK(texts.size() == 200);
  CHECK(std::count(texts.begin(), texts.end(), "kind=a") == 1);
}

TEST_CASE("random draws uniformly and never what is forbidden") {
  const Space space =
      space_of({{"x", "real(0, 1)"}, {"kind", "choice(a, b, c)"}}, {"kind = a and x > 0.5"});
  const Made random("random", {space, 1, {}});
  CHECK(!random->limit());
  const Trials trials = Drive{.trials = 5000}.run(*random, space, one);
  std::vector<int> kinds(3);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const auto row = trials.row(i);
    REQUIRE(!(row[1] == 0 && row[0] > 0.5));
    ++kinds[static_cast<std::size_t>(row[1])];
  }
  // Half of kind = a is gone: 1000, 2000, 2000 expected, standard deviation up to 35.
  CHECK(std::abs(kinds[0] - 1000) < 140);
  CHECK(std::abs(kinds[1] - 2000) < 140);
}

TEST_CASE("random says when forbids leave nothing") {
  CHECK(refusal("random", space_of({{"n", "int(1, 3)"}}, {"n >= 1"})) ==
        "random: the forbids rule out every configuration");
  CHECK(refusal("random", space_of({{"x", "real(0, 1)"}}, {"x > 1e-9"})) ==
        "random: the forbids leave almost nothing of the space: 1000 draws met only forbidden "
        "combinations");
}

TEST_CASE("an unknown strategy is told the nearest name") {
  CHECK_THROWS_WITH(strategies().at("randm"), "unknown strategy 'randm'; did you mean 'random'?");
}
