#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "search/densities.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::tests::Drive;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Made tpe(const Space& space, const Configuration& options = {}) {
  return Made("tpe", {.space = space, .configurations = {}}, options);
}

/// Trials of a space with one real parameter x; those from `known` on are pending.
Trials on_line(const Space& space, const std::vector<std::pair<double, Outcome>>& trials,
               std::size_t known) {
  Trials all(space);
  for (const auto& [x, outcome] : trials) {
    const std::size_t trial = all.add({{{"x", x}}, 1, {}});
    if (trial < known) all.finish(trial, outcome);
  }
  return all;
}

/// The rows that are proposed for a prefix, by many streams.
std::vector<std::vector<double>> proposals(const Made& strategy, const Prefix& prefix, int count) {
  std::vector<std::vector<double>> rows;
  for (int tag = 0; tag < count; ++tag) {
    const Move move = strategy->ask(prefix, Rng(8).split(static_cast<std::uint64_t>(tag)));
    rows.push_back(strategy.space().to_row(std::get<Proposal>(move).configuration));
  }
  return rows;
}

/// The share of rows whose column lies in [low, high].
double share(const std::vector<std::vector<double>>& rows, std::size_t column, double low,
             double high) {
  const auto inside = std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row[column] >= low && row[column] <= high;
  });
  return static_cast<double>(inside) / static_cast<double>(rows.size());
}

}  // namespace

TEST_CASE("complete trials rank by score, then pruned ones by epochs and score, then failed ones") {
  const auto rank = [](const Outcome& outcome) { return standing_of(outcome, 0); };
  CHECK(rank(Scored{1}) < rank(Scored{2}));
  CHECK(rank(Scored{1e300}) < rank(Pruned{-5, 90}));
  CHECK(rank(Pruned{9, 20}) < rank(Pruned{1, 10}));
  CHECK(rank(Pruned{1, 10}) < rank(Pruned{2, 10}));
  CHECK(rank(Pruned{2, 10}) < rank(Pruned{kNaN, 10}));
  CHECK(standing_of(Scored{1}, 3) < standing_of(Scored{1}, 4));
  CHECK(rank(Pruned{kNaN, 1}) < rank(Failed{"out of memory"}));
  CHECK(rank(Scored{kNaN}) == rank(Failed{"out of memory"}));
}

TEST_CASE("tpe draws at random until so many outcomes are known") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  std::vector<std::pair<double, Outcome>> trials;
  for (int i = 0; i < 20; ++i) trials.push_back({0.9 + 0.001 * i, Scored{1.0 - 0.01 * i}});
  const Trials all = on_line(space, trials, 20);
  const Made strategy = tpe(space, {{"n_startup_trials", std::int64_t{15}}});
  CHECK(share(proposals(strategy, Prefix(all, 14, 20), 300), 0, 0, 0.5) ==
        Approx(0.5).margin(0.15));
  CHECK(share(proposals(strategy, Prefix(all, 15, 20), 300), 0, 0, 0.5) != Approx(0.5).margin(0.1));
}

TEST_CASE("tpe proposes where good trials are and others are not") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  std::vector<std::pair<double, Outcome>> trials;
  for (int i = 0; i < 30; ++i) {
    const double x = (i + 0.5) / 30;
    trials.push_back({x, Scored{std::abs(x - 0.3)}});
  }
  const Trials all = on_line(space, trials, 30);
  const auto rows = proposals(tpe(space), Prefix(all, 30, 30), 200);
  CHECK(share(rows, 0, 0.2, 0.4) > 0.8);
  // The same outcomes for failed trials say nothing of where good ones are.
  for (auto& [x, outcome] : trials) outcome = Failed{"diverged"};
  const Trials failed = on_line(space, trials, 30);
  CHECK(share(proposals(tpe(space), Prefix(failed, 30, 30), 300), 0, 0.2, 0.4) ==
        Approx(0.2).margin(0.08));
}

TEST_CASE("failed trials count as bad ones, pruned ones as worse than complete ones") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  std::vector<std::pair<double, Outcome>> trials;
  for (int i = 0; i < 30; ++i) {
    const double x = (i + 0.5) / 30;
    // Pruned with the best scores on the left, failed in the middle, complete on the right.
    Outcome outcome = Scored{x};
    if (x < 0.33) outcome = Pruned{-10, 5};
    if (x >= 0.33 && x < 0.66) outcome = Failed{"diverged"};
    trials.push_back({x, outcome});
  }
  const Trials all = on_line(space, trials, 30);
  const auto rows = proposals(tpe(space), Prefix(all, 30, 30), 200);
  CHECK(share(rows, 0, 0.6, 0.9) > 0.7);
}

TEST_CASE("the constant liar keeps away from pending trials") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  std::vector<std::pair<double, Outcome>> trials;
  for (int i = 0; i < 54; ++i) trials.push_back({(i + 0.5) / 54, Scored{1}});
  for (const double x : {0.24, 0.25, 0.26, 0.74, 0.75, 0.76}) trials.push_back({x, Scored{0}});
  for (int i = 0; i < 7; ++i) trials.push_back({0.247 + 0.001 * i, Scored{1}});
  const Trials all = on_line(space, trials, 60);
  const Prefix prefix(all, 60, all.size());
  const auto lying = proposals(tpe(space), prefix, 300);
  const auto honest = proposals(tpe(space, {{"constant_liar", std::string("no")}}), prefix, 300);
  CHECK(share(honest, 0, 0.2, 0.3) > 0.3);
  CHECK(share(lying, 0, 0.2, 0.3) < 0.5 * share(honest, 0, 0.2, 0.3));
  CHECK(share(lying, 0, 0.7, 0.8) > 4 * share(lying, 0, 0.2, 0.3));
}

TEST_CASE("multivariate tpe sees which values go together") {
  // Good where exactly one of two is x. Most of the good ones have a = x, most have b = x.
  const Space space =
      space_of({{"a", "choice(x, y, z)"}, {"b", "choice(x, y, z)"}, {"c", "real(0, 1)"}});
  const auto fits = [](std::span<const double> row) { return (row[0] == 0) != (row[1] == 0); };
  Trials all(space);
  Rng rng(2);
  for (std::size_t i = 0; i < 63; ++i) {
    const std::vector<double> row = {i % 3 + 0.0, i / 3 % 3 + 0.0, rng.uniform()};
    all.add({space.from_row(row), 1, {}});
    all.finish(i, Scored{(fits(row) ? 0 : 1) + 0.001 * static_cast<double>(i)});
  }
  const Prefix prefix(all, 63, 63);
  const auto fitting = [&](const Made& strategy) {
    const auto rows = proposals(strategy, prefix, 200);
    return static_cast<double>(std::count_if(rows.begin(), rows.end(), fits)) / 200;
  };
  CHECK(fitting(tpe(space)) > 0.8);
  CHECK(fitting(tpe(space, {{"multivariate", std::string("no")}})) < 0.3);
}

TEST_CASE("a group of conditional parameters is modelled from the trials that have it") {
  const Space space = space_of({{"optimizer", "choice(sgd, adam)"},
                                {"momentum", "real(0, 1)", "optimizer = sgd"},
                                {"damping", "real(0, 1)", "optimizer = sgd"}});
  Trials all(space);
  for (std::size_t i = 0; i < 60; ++i) {
    const double u = static_cast<double>(i) / 60;
    const bool sgd = i % 2 == 0;
    const std::vector<double> row = {sgd ? 0.0 : 1.0, sgd ? u : kNaN, sgd ? 1 - u : kNaN};
    all.add({space.from_row(row), 1, {}});
    all.finish(i, Scored{sgd ? std::abs(u - 0.7) : 2.0 + u});
  }
  const auto rows = proposals(tpe(space), Prefix(all, 60, 60), 200);
  CHECK(share(rows, 0, 0, 0) > 0.9);
  for (const auto& row : rows) {
    CHECK(std::isnan(row[1]) == (row[0] == 1));
    CHECK(std::isnan(row[2]) == (row[0] == 1));
  }
  CHECK(share(rows, 1, 0.55, 0.85) > 0.7);
  CHECK(share(rows, 2, 0.15, 0.45) > 0.7);
}

TEST_CASE("tpe keeps to forbids and ends a finite space with its last configuration") {
  const Space space = space_of(
      {{"n", "int(1, 12)"}, {"kind", "choice(a, b, c)"}, {"m", "ordinal(1, 2)", "kind = c"}},
      {"n > 9 and kind = a"});
  for (const std::size_t window : {1, 5}) {
    const Made strategy = tpe(space);
    const Trials trials =
        Drive{.trials = 1000, .window = window}.run(*strategy, space, [](const Proposal& p, auto) {
          return Scored{std::get<std::int64_t>(p.configuration.at("n")) + 0.0};
        });
    CHECK(strategy->limit() == trials.size());
    CHECK(trials.size() == 9 + 12 + 24);
    for (std::size_t i = 0; i < trials.size(); ++i) CHECK(trials.first(trials.row(i)) == i);
  }
}

TEST_CASE("densities that follow a study are those of one look at it, to the bit") {
  const Space space = space_of({{"x", "real(0, 1)"}, {"kind", "choice(a, b)"}});
  const std::vector<std::size_t> parameters = {0, 1};
  const std::vector<Axis> axes = {Axis(space.parameters()[0].domain),
                                  Axis(space.parameters()[1].domain)};
  Trials all(space);
  Rng rng(6);
  Densities follower(parameters, axes, {});
  Eigen::ArrayXXd points(2, 3);
  points << 0.1, 0.5, 0.9, 0, 1, 1;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::vector<double> row = {rng.uniform(), rng.below(2) + 0.0};
    all.add({space.from_row(row), 1, {}});
    if (i >= 5) all.finish(i - 5, Scored{std::abs(row[0] - 0.4)});
    const Prefix prefix(all, i >= 5 ? i - 4 : 0, i + 1);
    REQUIRE(follower.precedes(prefix));
    follower.read(prefix);
    Densities fresh(parameters, axes, {});
    fresh.read(prefix);
    REQUIRE((follower.bad().log_density(parameters, points) ==
             fresh.bad().log_density(parameters, points))
                .all());
    REQUIRE((follower.good().log_density(parameters, points) ==
             fresh.good().log_density(parameters, points))
                .all());
  }
  CHECK_FALSE(follower.precedes(Prefix(all, 10, 100)));
}

TEST_CASE("of the trials that are not good the old ones weigh less") {
  const Space space = space_of({{"x", "choice(a, b, c, d)"}});
  const std::vector<std::size_t> parameters = {0};
  const std::vector<Axis> axes = {Axis(space.parameters()[0].domain)};
  const auto weights = [&](const std::vector<int>& counts) {
    Trials all(space);
    for (const int value : {0, 1, 2, 3}) {
      for (int i = 0; i < counts[static_cast<std::size_t>(value)]; ++i) {
        all.add({space.from_row(std::vector<double>{static_cast<double>(value)}), 1, {}});
        all.finish(all.size() - 1, Failed{"diverged"});
      }
    }
    Densities one(parameters, axes, {.prior_weight = 1e-6});
    one.read(Prefix(all, all.size(), all.size()));
    return one.bad().log_density(parameters, Eigen::RowVector4d(0, 1, 2, 3).array()).exp().eval();
  };
  const Eigen::ArrayXd even = weights({5, 5, 5, 10});
  CHECK(even[0] == Approx(0.2).epsilon(1e-3));
  CHECK(even[3] == Approx(0.4).epsilon(1e-3));
  // Of 28 the oldest three weigh 1/28, 29/56 and 1.
  const Eigen::ArrayXd forgotten = weights({1, 1, 1, 25});
  CHECK(forgotten[0] / forgotten[2] == Approx(1.0 / 28).epsilon(1e-3));
  CHECK(forgotten[1] / forgotten[2] == Approx(29.0 / 56).epsilon(1e-3));
  CHECK(forgotten[3] / forgotten[2] == Approx(25).epsilon(1e-3));
}

TEST_CASE("beyond ten thousand trials the oldest that are not good no longer count") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const std::vector<std::size_t> parameters = {0};
  const std::vector<Axis> axes = {Axis(space.parameters()[0].domain)};
  Eigen::ArrayXXd points(1, 3);
  points << 0.1, 0.5, 0.9;
  std::vector<Eigen::ArrayXd> densities;
  for (const double old : {0.1, 0.9}) {
    Trials all(space);
    Rng rng(1);
    for (std::size_t i = 0; i < 10'500; ++i) {
      all.add({{{"x", i < 500 ? old : rng.uniform()}}, 1, {}});
      all.finish(i, Scored{i < 500 ? 1.0 : 0.5});
    }
    Densities one(parameters, axes, {});
    one.read(Prefix(all, all.size(), all.size()));
    densities.push_back(one.bad().log_density(parameters, points));
  }
  CHECK((densities[0] == densities[1]).all());
}
