// What every registered strategy must keep to. A new one joins by its row alone.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::base::to_text;
using tune::tests::Arrival;
using tune::tests::Drive;
using tune::tests::Evaluate;
using tune::tests::Line;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

constexpr std::size_t kTrials = 40;

struct Case {
  std::string name;
  Space space;
};

Space fifty_parameters() {
  std::vector<Line> lines;
  for (int i = 0; i < 50; ++i) {
    const bool inner = i % 5 == 4;
    lines.push_back({"p" + std::to_string(i), inner ? "ordinal(1, 2, 4)" : "real(0, 1)",
                     inner ? "p" + std::to_string(i - 1) + " > 0.5" : ""});
  }
  return space_of(lines);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back({"one parameter", space_of({{"x", "real(-1, 1)"}})});
  all.push_back({"a single point", space_of({{"x", "relu"}, {"n", "int(3, 3)"}})});
  all.push_back({"no parameter", Space()});
  all.push_back(
      {"categorical",
       space_of({{"a", "choice(x, y, z)"}, {"b", "choice(1, two, 3.5)"}, {"c", "choice(u, v)"}})});
  all.push_back({"mixed and conditional",
                 space_of({{"rate", "reciprocal(1e-5, 1e-1)"},
                           {"momentum", "real(0, 0.9, step=0.1)", "optimizer = sgd"},
                           {"optimizer", "choice(sgd, adam, none)"},
                           {"layers", "int(0, 3)"},
                           {"units", "int(1, 500, log)", "layers >= 1"},
                           {"slope", "normal(0, 1)", "layers in (2, 3) and optimizer != none"}},
                          {"optimizer = adam and rate > 0.01", "units > 100 and layers = 3"})});
  all.push_back({"finite and conditional",
                 space_of({{"n", "int(1, 6)"}, {"m", "ordinal(1, 2, 3)", "n > 4"}}, {"n = 2"})});
  all.push_back({"fifty parameters", fifty_parameters()});
  return all;
}

/// The strategy on the space; nothing if it cannot serve it (grid on continuous ones).
std::optional<Made> make(const std::string& strategy, const Space& space) {
  if (strategy == "grid" && !space.is_finite()) return std::nullopt;
  std::vector<Configuration> list;
  if (strategy == "list") {
    Rng rng(9);
    while (list.size() < 10) {
      std::vector<double> point(space.dimensions());
      for (double& u : point) u = rng.uniform();
      if (!space.is_forbidden(space.decode(point))) list.push_back(space.decode(point));
    }
  }
  Configuration options;
  // So that it breeds within the trials here.
  if (strategy == "evolution") options["population_size"] = std::int64_t{8};
  return Made(strategy, {space, 9, std::move(list)}, std::move(options));
}

/// Runs `check` for every strategy on every space that it serves.
template <class Check>
void for_all(const Check& check) {
  for (const auto& row : strategies().rows()) {
    for (const Case& one : cases()) {
      INFO(row.name << " on " << one.name);
      if (const auto made = make(row.name, one.space)) check(row.name, *made);
    }
  }
}

/// A pure function of the configuration.
double score_of(const Space& space, const Proposal& proposal) {
  double score = 0;
  for (const double u : space.encode(proposal.configuration)) score += (u - 0.3) * (u - 0.3);
  return score;
}

Evaluate scored(const Space& space) {
  return
      [&space](const Proposal& proposal, std::size_t) { return Scored{score_of(space, proposal)}; };
}

/// Every kind of outcome in turn, with the numbers that spoil arithmetic.
Outcome troubled(const Proposal&, std::size_t trial) {
  switch (trial % 6) {
    case 0:
      return Failed{"NaN in epoch 1"};
    case 1:
      return Scored{std::numeric_limits<double>::quiet_NaN()};
    case 2:
      return Scored{std::numeric_limits<double>::infinity()};
    case 3:
      return Pruned{0.5, 1};
    case 4:
      return Scored{-1e300};
    default:
      return Scored{0.5};
  }
}

std::vector<std::string> texts_of(const Trials& trials) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const Proposal proposal = trials.proposal(i);
    texts.push_back(to_text(proposal.configuration) + " for " + std::to_string(proposal.epochs) +
                    (proposal.parent ? " from " + std::to_string(*proposal.parent) : ""));
  }
  return texts;
}

std::string text_of(const Move& move) {
  if (std::holds_alternative<Wait>(move)) return "wait";
  if (std::holds_alternative<Done>(move)) return "done";
  const auto& proposal = std::get<Proposal>(move);
  return to_text(proposal.configuration) + " for " + std::to_string(proposal.epochs) +
         (proposal.parent ? " from " + std::to_string(*proposal.parent) : "");
}

}  // namespace

TEST_CASE("every strategy proposes what the space allows") {
  for_all([](const std::string&, const Made& made) {
    const Space& space = made.space();
    Drive drive{.trials = kTrials, .window = 4};
    std::size_t proposed = 0;
    drive.watch = [&](const Prefix& prefix, const Rng&, const Move& move) {
      const auto* proposal = std::get_if<Proposal>(&move);
      if (proposal == nullptr) return;
      ++proposed;
      CHECK_NOTHROW(space.require(proposal->configuration));
      CHECK((proposal->epochs >= 1 && proposal->epochs <= 9));
      if (proposal->parent) CHECK(*proposal->parent < prefix.size());
    };
    const Trials trials = drive.run(*made, space, scored(space));
    CHECK(proposed >= 1);
    if (made->limit()) CHECK(trials.size() <= *made->limit());
  });
}

TEST_CASE("every strategy is a pure function of what it is asked with") {
  for_all([](const std::string& name, const Made& made) {
    const Space& space = made.space();
    const auto fresh = make(name, space);
    Drive drive{.trials = kTrials, .window = 3};
    drive.watch = [&](const Prefix& prefix, const Rng& rng, const Move& move) {
      CHECK(text_of(made->ask(prefix, rng)) == text_of(move));
      CHECK(text_of((*fresh)->ask(prefix, rng)) == text_of(move));
    };
    const Trials trials = drive.run(*made, space, scored(space));

    // What came in between, other trials of the same number included, changes nothing.
    Drive other{.trials = kTrials, .window = 3, .seed = 7};
    other.run(*made, space, scored(space));
    drive.watch = {};
    CHECK(texts_of(drive.run(*made, space, scored(space))) == texts_of(trials));
  });
}

TEST_CASE("every strategy goes on from recorded trials as if it had not been stopped") {
  for_all([](const std::string& name, const Made& made) {
    const Space& space = made.space();
    const Drive drive{.trials = kTrials, .window = 3};
    const auto whole = texts_of(drive.run(*made, space, scored(space)));
    for (const std::size_t cut : {1, 7, 25}) {
      // A shorter run is a beginning of the longer one, from a fresh strategy as well.
      const auto fresh = make(name, space);
      Drive shorter = drive;
      shorter.trials = cut;
      const auto part = texts_of(shorter.run(**fresh, space, scored(space)));
      REQUIRE(part.size() <= whole.size());
      CHECK(std::equal(part.begin(), part.end(), whole.begin()));
    }
  });
}

TEST_CASE("no strategy sees outcomes beyond its prefix") {
  for_all([](const std::string&, const Made& made) {
    const Space& space = made.space();
    for (const std::size_t window : {1, 8}) {
      Drive drive{.trials = kTrials, .window = window};
      const auto late = texts_of(drive.run(*made, space, scored(space)));
      drive.arrival = Arrival::at_once;
      CHECK(texts_of(drive.run(*made, space, scored(space))) == late);
      drive.arrival = Arrival::any_order;
      for (drive.order = 1; drive.order <= 3; ++drive.order) {
        CHECK(texts_of(drive.run(*made, space, scored(space))) == late);
      }
    }
  });
}

TEST_CASE("Done is final") {
  for_all([](const std::string&, const Made& made) {
    const Space& space = made.space();
    const Trials trials = Drive{.trials = kTrials, .window = 2}.run(*made, space, scored(space));
    if (trials.size() == kTrials) return;  // it would have gone on
    for (std::size_t known = 0; known <= trials.size(); ++known) {
      for (const std::uint64_t seed : {1, 2}) {
        const Prefix prefix(trials, made->adaptive() ? trials.size() : known, trials.size());
        CHECK(text_of(made->ask(prefix, Rng(seed))) == "done");
      }
    }
  });
}

TEST_CASE("a strategy that is not adaptive proposes the same whatever comes out") {
  for_all([](const std::string&, const Made& made) {
    if (made->adaptive()) return;
    const Space& space = made.space();
    const Drive drive{.trials = kTrials};
    const Evaluate reversed = [&](const Proposal& proposal, std::size_t) {
      return Scored{-score_of(space, proposal)};
    };
    bool waits = false;
    Drive watching = drive;
    watching.watch = [&](const Prefix&, const Rng&, const Move& move) {
      waits |= std::holds_alternative<Wait>(move);
    };
    const auto texts = texts_of(watching.run(*made, space, scored(space)));
    // Those that wait look at outcomes: halving promotes by them.
    if (!waits) CHECK(texts_of(drive.run(*made, space, reversed)) == texts);
  });
}

TEST_CASE("every strategy survives failures, NaN, infinities and pruned trials") {
  for_all([](const std::string&, const Made& made) {
    const Space& space = made.space();
    for (const std::size_t window : {1, 8}) {
      Drive drive{.trials = kTrials, .window = window};
      drive.watch = [&](const Prefix&, const Rng&, const Move& move) {
        const auto* proposal = std::get_if<Proposal>(&move);
        if (proposal != nullptr) CHECK_NOTHROW(space.require(proposal->configuration));
      };
      CHECK_NOTHROW(drive.run(*made, space, troubled));
      CHECK_NOTHROW(drive.run(
          *made, space, [](const Proposal&, std::size_t) { return Failed{"out of memory"}; }));
    }
  });
}

TEST_CASE("no strategy but list repeats itself in a finite space") {
  for_all([](const std::string& name, const Made& made) {
    const Space& space = made.space();
    const auto rows = space.enumerate(1000);
    if (name == "list" || !rows) return;
    const Trials trials = Drive{.trials = 2000, .window = 3}.run(*made, space, scored(space));
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (trials.proposal(i).parent) continue;
      CHECK(trials.first(trials.row(i)) == i);
    }
  });
}

TEST_CASE("strategies of several objectives see no outcome beyond their prefix, and survive all") {
  const Space space = space_of({{"x", "ordinal(1, 2, 3, 4, 5)"}, {"n", "int(1, 20)"}});
  for (const std::string& name : strategies_of_several_objectives()) {
    INFO(name);
    const Evaluate both = [&](const Proposal& proposal, std::size_t trial) -> Outcome {
      const double score = score_of(space, proposal);
      if (trial % 5 == 3) return Failed{"NaN in epoch 1"};
      if (trial % 7 == 3) return Scored{score, {std::numeric_limits<double>::quiet_NaN()}};
      return Scored{score, {1 - score}};
    };
    Setting setting{space, 9, {}};
    setting.objectives = 2;
    if (name == "list") setting.configurations = {space.decode(std::vector<double>{0.5, 0.5})};
    Configuration options;
    if (name == "evolution") options["population_size"] = std::int64_t{8};
    const Made made(name, setting, options);
    Drive drive{.trials = kTrials, .window = 8};
    const auto late = texts_of(drive.run(*made, space, both));
    drive.arrival = Arrival::any_order;
    for (drive.order = 1; drive.order <= 3; ++drive.order) {
      CHECK(texts_of(drive.run(*made, space, both)) == late);
    }
  }
}

TEST_CASE("every strategy that learns from outcomes beats random on a sphere") {
  const Space space = space_of({{"a", "real(-5, 5)"}, {"b", "real(-5, 5)"}, {"c", "real(-5, 5)"}});
  const auto best = [&](const std::string& name, std::uint64_t seed) {
    const Made made(name, {space, 1, {}, 150});
    const Trials trials =
        Drive{.trials = 150, .window = 4, .seed = seed}.run(*made, space, scored(space));
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < trials.size(); ++i) {
      least = std::min(least, std::get<Scored>(*trials.outcome(i)).score);
    }
    return least;
  };
  std::vector<double> chance;
  for (std::uint64_t seed = 0; seed < 7; ++seed) chance.push_back(best("random", seed));
  std::ranges::sort(chance);
  for (const auto& row : strategies().rows()) {
    if (!Made(row.name == "grid" || row.name == "list" ? "random" : row.name, {space, 1, {}, 150})
             ->adaptive()) {
      continue;
    }
    INFO(row.name);
    std::vector<double> found;
    for (std::uint64_t seed = 0; seed < 7; ++seed) found.push_back(best(row.name, seed));
    std::ranges::sort(found);
    CHECK(found[3] < 0.5 * chance[3]);
  }
}
