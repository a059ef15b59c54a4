#include <algorithm>
#include <cmath>
#include <set>

#include "search/breeding.hpp"
#include "search/pareto.hpp"
#include "search/population.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::base::to_number;
using tune::base::Value;
using tune::tests::Drive;
using tune::tests::Evaluate;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Space mixed() {
  return space_of({{"kind", "choice(a, b, c, d)"},
                   {"rate", "reciprocal(1e-4, 1)"},
                   {"size", "int(1, 100)"},
                   {"extra", "real(0, 1)", "kind = c"},
                   {"step", "ordinal(1, 3, 9, 27)"}});
}

Configuration some(const char* kind, double rate, std::int64_t size, std::int64_t step) {
  Configuration configuration{
      {"kind", Value(std::string(kind))}, {"rate", rate}, {"size", size}, {"step", step}};
  if (std::string(kind) == "c") configuration["extra"] = 0.4;
  return configuration;
}

Evaluate sphere(const Space& space) {
  return [&space](const Proposal& proposal, std::size_t) {
    double sum = 0;
    for (const double u : space.encode(proposal.configuration)) sum += (u - 0.3) * (u - 0.3);
    return Scored{sum};
  };
}

double score_of(const Trials& trials, std::size_t trial) {
  return std::get<Scored>(*trials.outcome(trial)).score;
}

std::vector<double> both_of(const Trials& trials, std::size_t trial) {
  const auto scored = std::get<Scored>(*trials.outcome(trial));
  return {scored.score, scored.further.at(0)};
}

/// The function ZDT1 (Zitzler, Deb and Thiele 2000) of x0, ..., x7; its front is 1 - sqrt(f1).
Scored zdt1(const Configuration& configuration) {
  const double first = to_number(configuration.at("x0"));
  double g = 1;
  for (int i = 1; i < 8; ++i) g += 9.0 / 7 * to_number(configuration.at("x" + std::to_string(i)));
  return {first, {g * (1 - std::sqrt(first / g))}};
}

Space zdt1_space() {
  std::vector<tune::tests::Line> lines;
  for (int i = 0; i < 8; ++i) lines.push_back({"x" + std::to_string(i), "real(0, 1)"});
  return space_of(lines);
}

/// The area that points dominate below (1, 10).
double hypervolume(std::vector<std::vector<double>> points) {
  std::ranges::sort(points);
  double area = 0, ceiling = 10;
  for (const auto& point : points) {
    if (point[0] >= 1 || point[1] >= ceiling) continue;
    area += (1 - point[0]) * (ceiling - point[1]);
    ceiling = point[1];
  }
  return area;
}

}  // namespace

TEST_CASE("crossover and mutation of numbers are DEAP's") {
  const auto golden = tune::tests::golden_file("nsga2_values");
  for (const auto& values : golden.at("crossed")) {
    const auto [lower, upper] =
        simulated_binary(values.at("one").get<double>(), values.at("other").get<double>(),
                         values.at("eta").get<double>(), values.at("number").get<double>());
    CHECK(lower == Approx(values.at("children").at(0).get<double>()).epsilon(1e-12));
    CHECK(upper == Approx(values.at("children").at(1).get<double>()).epsilon(1e-12));
  }
  for (const auto& values : golden.at("mutated")) {
    const double child =
        polynomial(values.at("value").get<double>(), values.at("eta").get<double>(),
                   values.at("number").get<double>());
    CHECK(child == Approx(values.at("child").get<double>()).epsilon(1e-12));
  }
}

TEST_CASE("a child has choices of either parent, and numbers that are near theirs") {
  const Space space = mixed();
  const auto low = space.to_row(some("a", 1e-3, 20, 3));
  const auto high = space.to_row(some("c", 1e-2, 40, 27));
  Rng rng(4);
  std::set<double> kinds, steps;
  int swapped = 0;
  double sum = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto child = child_of(space, low, high, {1, 0}, rng);
    REQUIRE(child);
    const auto& row = *child;
    kinds.insert(row[0]);
    steps.insert(row[4]);
    swapped += row[0] == 2;
    sum += row[2];
    // It goes along with the choice that it depends on.
    CHECK(std::isnan(row[3]) == (row[0] == 0));
    if (row[0] == 2) CHECK(row[3] == 0.4);
  }
  CHECK(kinds == std::set{0.0, 2.0});
  CHECK(std::abs(swapped - 1800) < 60);  // nine of ten are crossed
  CHECK(std::abs(sum / 2000 - 29) <
        1);  // half of these near each parent, the others like the first
  CHECK(steps.contains(1.0));
  CHECK(steps.contains(3.0));
  CHECK(child_of(space, high, low, {0, 0}, rng) == high);
}

TEST_CASE("mutation changes as many values as it says, and draws what then is missing") {
  const Space space = mixed();
  const auto row = space.to_row(some("a", 1e-3, 20, 27));
  Rng rng(8);
  std::vector<int> changed(5);
  for (int i = 0; i < 4000; ++i) {
    const auto child = child_of(space, row, row, {0.5, 0.1}, rng);
    REQUIRE(child);
    for (std::size_t p = 0; p < 5; ++p) {
      changed[p] += std::isnan(row[p]) ? !std::isnan((*child)[p]) : (*child)[p] != row[p];
    }
  }
  // Integers and ordinals too, the last of a list among them, are never what they were.
  for (const std::size_t p : {0, 1, 2, 4}) CHECK(std::abs(changed[p] - 400) < 80);
  CHECK(std::abs(changed[3] - 133) < 50);  // a third of those that are no a any more
}

TEST_CASE("a forbidden child is not born") {
  const Space space = space_of({{"a", "choice(x, y)"}, {"n", "int(1, 3)"}}, {"a = y and n = 2"});
  const std::vector<double> one{0, 2}, other{1, 1};
  Rng rng(1);
  int born = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto child = child_of(space, one, other, {0.5, 0}, rng);
    born += child.has_value();
    if (child) CHECK_FALSE(((*child)[0] == 1 && (*child)[1] == 2));
  }
  CHECK((born > 600 && born < 950));
}

TEST_CASE("the population is the best trials so far, by their scores or by fronts") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  Trials trials(space);
  const auto add = [&](Outcome outcome) {
    trials.finish(trials.add({{{"x", 0.01 * static_cast<double>(trials.size())}}, 1, {}}),
                  std::move(outcome));
  };
  const auto best = [&](std::size_t capacity) {
    Population population(capacity);
    population.extend(Prefix(trials, trials.size(), trials.size()));
    return population.trials();
  };
  add(Failed{"x"});
  add(Scored{3});
  add(Pruned{1, 1});
  add(Scored{2});
  add(Scored{3});
  CHECK(best(9) == std::vector<std::size_t>{3, 1, 4, 2, 0});
  CHECK(best(2) == std::vector<std::size_t>{3, 1});
  add(Pruned{7, 2});
  add(Pruned{0, 1});
  CHECK(best(9) == std::vector<std::size_t>{3, 1, 4, 5, 6, 2, 0});

  trials = Trials(space);
  add(Scored{0, {4}});
  add(Scored{4, {0}});
  add(Scored{2, {2}});
  add(Scored{1, {3}});
  add(Scored{2, {3}});
  add(Scored{std::numeric_limits<double>::infinity(), {0}});
  CHECK(best(9) == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
  CHECK(best(3) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("evolution draws at random before it breeds, and gets better then") {
  const Space space = mixed();
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Made evolution("evolution", {space, 1, {}, 300}, {{"population_size", std::int64_t{20}}});
    const Made random("random", {space, 1, {}, 300});
    const Drive drive{.trials = 300, .window = 8, .seed = seed};
    const Trials trials = drive.run(*evolution, space, sphere(space));
    const Trials draws = drive.run(*random, space, sphere(space));
    REQUIRE(trials.size() == 300);
    for (std::size_t i = 0; i < 20; ++i)
      CHECK(std::ranges::equal(trials.row(i), draws.row(i), [](double a, double b) {
        return a == b || (std::isnan(a) && std::isnan(b));
      }));
    double first = 0, last = 0, best = 1;
    for (std::size_t i = 0; i < 300; ++i) {
      if (i < 20) first += score_of(trials, i);
      if (i >= 280) last += score_of(trials, i);
      best = std::min(best, score_of(trials, i));
    }
    INFO("seed " << seed);
    CHECK(last < 0.6 * first);
    CHECK(best < 0.055);  // at the best values of the choices it is 0.051
  }
}

TEST_CASE("evolution ends after its generations, or with the last configuration") {
  const Space space = mixed();
  const auto run = [](const Space& over, std::optional<std::size_t> trials, Configuration options) {
    options["population_size"] = std::int64_t{6};
    const Made evolution("evolution", {over, 1, {}, trials}, std::move(options));
    const Trials done = Drive{.trials = 500}.run(*evolution, over, sphere(over));
    if (evolution->limit()) CHECK(done.size() == *evolution->limit());
    return done.size();
  };
  CHECK(run(space, {}, {{"generations", std::int64_t{3}}}) == 24);
  CHECK(run(space, {}, {}) == 66);    // ten generations
  CHECK(run(space, 500, {}) == 500);  // as many as there are trials
  CHECK(run(space_of({{"n", "int(1, 40)"}}), 500, {}) == 40);
}

TEST_CASE("failed trials do not breed, unless all have failed") {
  const Space space = space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}});
  const Made evolution("evolution", {space, 1, {}, 200}, {{"population_size", std::int64_t{20}}});
  const Evaluate half = [](const Proposal& proposal, std::size_t) -> Outcome {
    const double x = to_number(proposal.configuration.at("x"));
    if (x > 0.5) return Failed{"out of memory"};
    return Scored{-x};
  };
  const Trials trials = Drive{.trials = 200}.run(*evolution, space, half);
  std::size_t failed = 0;
  for (std::size_t i = 100; i < 200; ++i) {
    failed += std::holds_alternative<Failed>(*trials.outcome(i));
  }
  CHECK(failed < 50);  // the best ones lie at the edge to those that do
  const Evaluate all = [](const Proposal&, std::size_t) { return Failed{"out of memory"}; };
  CHECK(Drive{.trials = 60}.run(*evolution, space, all).size() == 60);
}

TEST_CASE(
    "of two objectives evolution finds a better front than random search and Optuna's NSGA-II") {
  const auto optuna = tune::tests::golden_file("nsga2_zdt1");
  const auto trials = optuna.at("trials").get<std::size_t>();
  const Space space = zdt1_space();
  const auto volume = [&](const std::string& name, std::uint64_t seed) {
    Setting setting{space, 1, {}, trials};
    setting.objectives = 2;
    Configuration options;
    if (name == "evolution") {
      options["population_size"] = optuna.at("population").get<std::int64_t>();
    }
    const Made made(name, setting, options);
    const Drive drive{.trials = trials, .window = 8, .seed = seed};
    const Trials done = drive.run(*made, space, [](const Proposal& proposal, std::size_t) {
      return zdt1(proposal.configuration);
    });
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < done.size(); ++i) points.push_back(both_of(done, i));
    return hypervolume(points);
  };
  // The whole front has 10 - 1 + 2 / 3.
  double evolved = 0, drawn = 0, theirs = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    evolved += volume("evolution", seed) / 10;
    drawn += volume("random", seed) / 10;
    theirs += optuna.at("hypervolumes").at(seed - 1).get<double>() / 10;
  }
  INFO("evolution " << evolved << ", random " << drawn << ", Optuna " << theirs);
  CHECK(evolved > drawn + 0.8);
  CHECK(evolved > theirs + 0.2);
}
