// What strategies say of their proposals.

#include "search/origin.hpp"

#include <algorithm>
#include <set>

#include "search/enqueued.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::tests::Arrival;
using tune::tests::Drive;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Space numbers() {
  return space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}});
}

/// Scored, or pruned where a trial has not all its epochs.
Outcome sphere(const Proposal& proposal, std::size_t) {
  double sum = 0;
  for (const auto& [name, value] : proposal.configuration) {
    const double x = tune::base::to_number(value) - 0.3;
    sum += x * x;
  }
  if (proposal.epochs < 9) return Pruned{sum, proposal.epochs};
  return Scored{sum};
}

/// The proposals of a strategy, each as it was made.
std::vector<Proposal> proposals(const Strategy& strategy, const Space& space, Drive drive) {
  std::vector<Proposal> all;
  drive.watch = [&](const Prefix&, const tune::base::Rng&, const Move& move) {
    if (const auto* proposal = std::get_if<Proposal>(&move)) all.push_back(*proposal);
  };
  drive.run(strategy, space, sphere);
  return all;
}

std::vector<Proposal> proposals(const std::string& name, std::size_t trials,
                                Configuration options = {}, Arrival arrival = {}) {
  const Made strategy(name, {numbers(), 9, {}}, std::move(options));
  return proposals(*strategy, strategy.space(),
                   {.trials = trials, .window = 4, .arrival = arrival, .order = 5});
}

}  // namespace

TEST_CASE("models say what they are made of, draws before them what is missing") {
  for (const auto& [name, first, last] :
       {std::tuple("tpe", "10 outcomes", "the most promising draw of its model of 13 outcomes"),
        std::tuple("gp", "5 outcomes",
                   "most improvement expected by its Gaussian process of 13 outcomes")}) {
    INFO(name);
    const std::vector<Proposal> all = proposals(name, 17);
    // Of trial 4 the window shows one outcome.
    CHECK(all.at(4).origin == "drawn at random, since 1 of the " + std::string(first) +
                                  " were known that a model takes");
    CHECK(all.at(16).origin == last);
  }
}

TEST_CASE("evolution names the parents, whose values the child has where nothing else happens") {
  const auto all = proposals("evolution", 30,
                             {{"population_size", std::int64_t{5}},
                              {"gene_crossover_prob", 0.0},
                              {"gene_mutation_prob", 1.0}});
  CHECK(all.at(0).origin == "drawn at random, as the first 5 are");
  std::set<std::string> kinds;
  for (std::size_t trial = 8; trial < all.size(); ++trial) {
    const std::string& origin = all[trial].origin;
    INFO(origin);
    kinds.insert(origin.substr(0, origin.find(" of")));
    const std::size_t parent = std::stoul(origin.substr(origin.find("trial ") + 6));
    CHECK(parent < trial);
  }
  CHECK(kinds == std::set<std::string>{"a child", "a mutant"});
}

TEST_CASE("cmaes counts its generations and outcomes, sobol its points") {
  const auto all = proposals("cmaes", 21, {{"popsize", std::int64_t{6}}});
  CHECK(all.at(8).origin == "drawn from the first distribution");
  // Of trial 9 the window shows the first six outcomes.
  CHECK(all.at(9).origin == "drawn from the distribution after 1 generation, 6 outcomes");
  CHECK(all.at(20).origin == "drawn from the distribution after 2 generations, 12 outcomes");
  CHECK(proposals("sobol", 4).at(3).origin == "point 3 of its sequence");
}

TEST_CASE("bohb says at which epochs its model was made") {
  const auto all = proposals("bohb", 200, {{"random_fraction", 0.5}});
  std::set<std::string> seen;
  for (const Proposal& proposal : all) {
    CHECK(proposal.origin.empty() == proposal.parent.has_value());
    seen.insert(proposal.origin.substr(0, proposal.origin.find(" of ")));
  }
  CHECK(seen == std::set<std::string>{"", "drawn at random, as a share", "the most promising draw",
                                      "drawn at random, since at no number"});
  const auto first = std::ranges::find_if(all, [](const Proposal& proposal) {
    return proposal.origin.starts_with("the most promising");
  });
  REQUIRE(first != all.end());
  // Of two parameters a density takes three trials.
  CHECK(first->origin.find(" with 1 epoch, 3 of them good") != std::string::npos);
}

TEST_CASE("a start point is none of the strategy's, also in brackets") {
  for (const char* name : {"tpe", "hyperband"}) {
    INFO(name);
    Setting setting{numbers(), 9, {}};
    setting.enqueued = {{{"x", 0.5}}, {{"x", 0.25}, {"y", 0.5}}};
    const auto& row = strategies().at(name);
    const Configuration options;
    auto strategy = row.make(setting, tune::base::Reader(options, row.keys));
    if (strategy->schedule() == nullptr) strategy = enqueued(setting, std::move(strategy));
    const auto all = proposals(*strategy, setting.space, {.trials = 4});
    CHECK(all.at(0).origin == "start point 1 of 2");
    CHECK(all.at(1).origin == "start point 2 of 2");
    CHECK(!all.at(2).origin.starts_with(kStartPoint));
  }
}

TEST_CASE("trials of earlier studies are told apart") {
  const Space space = numbers();
  Trials trials(space);
  for (int i = 0; i < 3; ++i)
    trials.finish(trials.add({{{"x", 0.1}, {"y", 0.1 * i}}, 9, {}}), Scored{1.0});
  trials.begin_study();
  trials.finish(trials.add({{{"x", 0.1}, {"y", 0.9}}, 9, {}}), Scored{1.0});
  const Prefix prefix(trials, 4, 4);
  CHECK(trial_name(prefix, 2) == "trial 2 of an earlier study");
  CHECK(trial_name(prefix, 3) == "trial 0");
  CHECK(outcomes_text(prefix) == "4 outcomes, 3 of them of earlier studies");
}

TEST_CASE("what is said of a proposal does not depend on when outcomes arrive") {
  for (const char* name : {"tpe", "gp", "cmaes", "evolution", "bohb", "sobol", "auto"}) {
    INFO(name);
    const auto all = proposals(name, 25);
    for (const Arrival arrival : {Arrival::at_once, Arrival::any_order}) {
      const auto again = proposals(name, 25, {}, arrival);
      REQUIRE(again.size() == all.size());
      for (std::size_t trial = 0; trial < all.size(); ++trial) {
        CHECK(again[trial].origin == all[trial].origin);
      }
    }
  }
}
