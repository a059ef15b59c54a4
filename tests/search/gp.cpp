#include <algorithm>
#include <cmath>
#include <limits>

#include "search/surrogate.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using Eigen::VectorXd;
using tune::base::to_number;
using tune::tests::Drive;
using tune::tests::Evaluate;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

const double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

double best_of(const Trials& trials) {
  double best = kInfinity;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    best = std::min(best, std::get<Scored>(*trials.outcome(i)).score);
  }
  return best;
}

Setting with_cost(const Space& space, CostOf cost) {
  Setting setting{space, 1, {}};
  setting.cost = std::move(cost);
  return setting;
}

/// Trials of x = 0, 0.1, 0.2, ... with these outcomes, and some that are pending.
Trials line(const Space& space, const std::vector<Outcome>& outcomes, std::size_t pending = 0) {
  Trials trials(space);
  for (std::size_t i = 0; i < outcomes.size() + pending; ++i) {
    trials.add({{{"x", 0.1 * static_cast<double>(i)}}, 1, {}});
    if (i < outcomes.size()) trials.finish(i, outcomes[i]);
  }
  return trials;
}

}  // namespace

TEST_CASE("failed trials are learned as the worst, pruned ones as no better than the median") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const Trials trials = line(space, {Scored{3}, Failed{"NaN"}, Scored{1}, Pruned{0.5, 2},
                                     Pruned{9, 2}, Scored{kInfinity}, Scored{5}, Scored{kNaN}});
  const std::vector<std::size_t> all = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto learned = learnable(Prefix(trials, 8, 8), all);
  REQUIRE(learned);
  VectorXd expected(8);
  expected << 3, 5, 1, 3, 9, 5, 5, 5;
  CHECK(*learned == expected);
  const std::vector<std::size_t> one = {0, 1, 3};
  CHECK_FALSE(learnable(Prefix(trials, 8, 8), one));
}

TEST_CASE("kernels are fitted at every trial first, then less often") {
  std::vector<std::size_t> points;
  for (std::size_t known = 2; known <= 230; ++known) {
    const std::size_t point = Surrogate::fit_point(known);
    CHECK((point <= known && point >= 2));
    if (points.empty() || point != points.back()) points.push_back(point);
  }
  CHECK(points.size() == 49 + 24 + 25 + 4);  // 2..50, to 98 by 2, to 196 by 4, then by 8
  CHECK(std::ranges::is_sorted(points));
}

TEST_CASE("a pending trial makes its surroundings less promising") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const Embedding embedding(space);
  const std::vector<Outcome> outcomes = {Scored{4}, Scored{3}, Scored{2.2}, Scored{1.5}};
  const Trials trials = line(space, outcomes, 1);
  Surrogate surrogate(embedding, Prefix(trials, 4, 4), 4, {});
  const Prefix alone(trials, 4, 4), pending(trials, 4, 5);
  surrogate.extend(pending);
  const Eigen::MatrixXd beside = Eigen::MatrixXd::Constant(1, 1, 0.41);
  const double before = surrogate.acquisition(alone).values(beside)[0];
  CHECK(surrogate.acquisition(pending).values(beside)[0] < before - 1);
  CHECK(surrogate.elite(pending, 2) == std::vector<std::size_t>{3, 2});
}

TEST_CASE("a surrogate that has gone on answers for earlier prefixes as a fresh one") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const Embedding embedding(space);
  const std::vector<Outcome> outcomes = {Scored{4}, Scored{3}, Scored{5}, Scored{1}, Scored{2}};
  const Trials trials = line(space, outcomes, 3);
  Surrogate far(embedding, Prefix(trials, 3, 3), 3, {}), fresh = far;
  far.extend(Prefix(trials, 5, 8));
  const Prefix earlier(trials, 4, 6);
  fresh.extend(earlier);
  const Eigen::MatrixXd places = Eigen::VectorXd::LinSpaced(7, 0, 1);
  CHECK(far.acquisition(earlier).values(places) == fresh.acquisition(earlier).values(places));
}

TEST_CASE("gp finds the bottom of a bowl within a few trials") {
  const Space space = space_of({{"x", "real(-5, 10)"}, {"y", "reciprocal(1e-4, 1)"}});
  const Evaluate bowl = [](const Proposal& proposal, std::size_t) {
    const double x = to_number(proposal.configuration.at("x"));
    const double y = std::log10(to_number(proposal.configuration.at("y")));
    return Scored{std::pow(x - 4, 2) + 3 * std::pow(y + 2.7, 2) + 0.5 * (x - 4) * (y + 2.7)};
  };
  for (const std::size_t window : {1, 8}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      const Made gp("gp", {space, 1, {}});
      const Trials trials =
          Drive{.trials = 45, .window = window, .seed = seed}.run(*gp, space, bowl);
      INFO("window " << window << ", seed " << seed);
      CHECK(best_of(trials) < 0.01);
    }
  }
}

TEST_CASE("gp settles choices, integers and what depends on them") {
  const Space space = space_of({{"kind", "choice(a, b, c, d)"},
                                {"layers", "int(0, 30)"},
                                {"rate", "reciprocal(1e-5, 1e-1)"},
                                {"extra", "real(0, 1)", "kind = c"}},
                               {"layers = 11"});
  const Evaluate score = [](const Proposal& proposal, std::size_t) {
    const auto& c = proposal.configuration;
    double sum = 0.02 * std::pow(to_number(c.at("layers")) - 12, 2) +
                 std::pow(std::log10(to_number(c.at("rate"))) + 3, 2);
    if (!c.contains("extra")) return Scored{sum + 1};
    return Scored{sum + std::pow(to_number(c.at("extra")) - 0.2, 2)};
  };
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Made gp("gp", {space, 1, {}});
    const Trials trials = Drive{.trials = 60, .window = 2, .seed = seed}.run(*gp, space, score);
    INFO("seed " << seed);
    CHECK(best_of(trials) < 0.05);
  }
}

TEST_CASE("gp does not spend trials on what it knows, with the optimum at an edge") {
  const Space space = space_of({{"n_hidden", "int(1, 2)"},
                                {"n_neurons", "int(4, 8)"},
                                {"learning_rate", "reciprocal(1e-5, 1e-1)"}});
  const Evaluate score = [](const Proposal& proposal, std::size_t) {
    const auto& c = proposal.configuration;
    const double hidden = to_number(c.at("n_hidden")), neurons = to_number(c.at("n_neurons"));
    const double rate = std::log10(to_number(c.at("learning_rate")));
    return Scored{0.2 * hidden + 0.01 * std::pow(neurons - 6, 2) + 0.1 * std::pow(rate, 2) +
                  0.05 * std::sin(17 * rate + 5 * neurons + hidden)};
  };
  for (const std::uint64_t seed : {1, 2, 3}) {
    INFO("seed " << seed);
    const Made gp("gp", {space, 1, {}});
    const Trials trials = Drive{.trials = 30, .seed = seed}.run(*gp, space, score);
    std::size_t at_edge = 0;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      at_edge += trials.row(i)[2] == 0.1;
      for (std::size_t j = 0; j < i; ++j) {
        const auto a = trials.row(i), b = trials.row(j);
        CHECK((a[0] != b[0] || a[1] != b[1] || std::abs(std::log10(a[2] / b[2])) > 4e-3));
      }
    }
    CHECK(at_edge >= 3);
  }
}

TEST_CASE("with costs, gp takes the cheap one of two places that are as good") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const CostOf cost = [](const Configuration& c) {
    return to_number(c.at("x")) < 0.5 ? 1.0 : 100.0;
  };
  const Evaluate score = [](const Proposal& proposal, std::size_t) {
    const double x = to_number(proposal.configuration.at("x"));
    return Scored{-std::exp(-50 * std::pow(x - 0.25, 2)) - std::exp(-50 * std::pow(x - 0.75, 2))};
  };
  const auto dear = [&](bool aware) {
    const Made gp("gp", with_cost(space, cost),
                  {{"cost_aware", std::string(aware ? "yes" : "no")}});
    const Trials trials = Drive{.trials = 40}.run(*gp, space, score);
    std::size_t count = 0;
    for (std::size_t i = 10; i < trials.size(); ++i) count += trials.row(i)[0] > 0.5;
    return count;
  };
  CHECK(dear(true) < dear(false) / 2);
}

TEST_CASE("costs that are not known count as the mean of the others") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  const CostOf unknown = [](const Configuration& c) {
    return to_number(c.at("x")) < 0.5 ? kNaN : 1.0;
  };
  const Evaluate score = [](const Proposal& proposal, std::size_t) {
    return Scored{to_number(proposal.configuration.at("x"))};
  };
  const Made gp("gp", with_cost(space, unknown), {{"cost_aware", std::string("yes")}});
  CHECK(best_of(Drive{.trials = 25}.run(*gp, space, score)) < 0.01);
}
