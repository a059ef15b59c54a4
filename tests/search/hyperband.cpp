#include "search/hyperband.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::InputError;
using tune::base::Rng;
using tune::base::to_text;
using tune::tests::Arrival;
using tune::tests::Drive;
using tune::tests::Evaluate;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Space plane() {
  return space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}});
}

Setting setting(int epochs, std::optional<std::size_t> trials = {}, std::size_t window = 8) {
  return {plane(), epochs, {}, trials, window};
}

/// A curve over the epochs whose order among configurations changes on the way; a few fail at once,
/// some later on.
Outcome curve(const Proposal& proposal, std::size_t) {
  const double x = std::get<double>(proposal.configuration.at("x"));
  const double y = std::get<double>(proposal.configuration.at("y"));
  if (y > 0.95 || (y > 0.9 && proposal.epochs > 1)) return Failed{"diverged"};
  return Scored{x + std::exp(-y * proposal.epochs)};
}

Outcome pruned_curve(const Proposal& proposal, std::size_t trial) {
  const Outcome outcome = curve(proposal, trial);
  const auto* scored = std::get_if<Scored>(&outcome);
  return scored == nullptr ? outcome : Pruned{scored->score, proposal.epochs};
}

/// What was proposed, with its stage.
std::vector<Proposal> proposals(const Strategy& strategy, const Space& space,
                                const Evaluate& evaluate, Drive drive = {}) {
  std::vector<Proposal> all;
  drive.trials = 100'000;
  drive.watch = [&](const Prefix&, const Rng&, const Move& move) {
    if (const auto* proposal = std::get_if<Proposal>(&move)) all.push_back(*proposal);
  };
  drive.run(strategy, space, evaluate);
  return all;
}

/// Bracket, rung -> its configurations: who would be there if each rung waited for the one before.
using Members = std::map<std::pair<std::size_t, std::size_t>, std::multiset<std::string>>;

Members synchronous(const std::vector<Proposal>& all, const Schedule& schedule,
                    const Evaluate& evaluate) {
  Members members;
  std::map<std::size_t, std::vector<Proposal>> starts;
  for (const Proposal& proposal : all) {
    if (!proposal.parent) starts[proposal.stage->bracket].push_back(proposal);
  }
  for (auto& [b, rung] : starts) {
    const Bracket bracket = schedule.bracket(b);
    for (std::size_t i = 0; i < bracket.size(); ++i) {
      for (Proposal& proposal : rung) {
        proposal.epochs = bracket[i].epochs;
        members[{b, i}].insert(to_text(proposal.configuration));
      }
      const auto score = [&](const Proposal& proposal) {
        const Outcome outcome = evaluate(proposal, 0);
        const auto* scored = std::get_if<Scored>(&outcome);
        return scored == nullptr ? std::numeric_limits<double>::infinity() : scored->score;
      };
      std::erase_if(rung,
                    [&](const Proposal& proposal) { return !std::isfinite(score(proposal)); });
      std::ranges::stable_sort(rung, {}, score);
      if (i + 1 < bracket.size()) rung.resize(std::min(rung.size(), bracket[i + 1].trials));
    }
  }
  return members;
}

Members members(const std::vector<Proposal>& all) {
  Members members;
  for (const Proposal& proposal : all) {
    members[{proposal.stage->bracket, proposal.stage->rung}].insert(
        to_text(proposal.configuration));
  }
  return members;
}

std::vector<std::string> texts(const std::vector<Proposal>& all) {
  std::vector<std::string> texts;
  for (const Proposal& proposal : all) {
    texts.push_back(to_text(proposal.configuration) + " for " + std::to_string(proposal.epochs) +
                    (proposal.parent ? " from " + std::to_string(*proposal.parent) : ""));
  }
  return texts;
}

Outcome no_failures(const Proposal& proposal, std::size_t) {
  const double x = std::get<double>(proposal.configuration.at("x"));
  return Scored{std::abs(x - 1.0 / proposal.epochs)};
}

}  // namespace

TEST_CASE("Hyperband trains what its schedule says") {
  const Made made("hyperband", setting(81));
  CHECK(made->limit() == 206u);
  const Schedule& schedule = *made->schedule();
  const std::vector<Proposal> all = proposals(*made, made.space(), no_failures);
  CHECK(all.size() == 206);
  std::uint64_t added = 0;
  for (const auto& proposal : all) {
    REQUIRE(proposal.stage);
    const auto [bracket, rung] = *proposal.stage;
    CHECK(proposal.epochs == schedule.bracket(bracket)[rung].epochs);
    CHECK(proposal.parent.has_value() == (rung > 0));
    added += static_cast<std::uint64_t>(proposal.epochs);
    if (!proposal.parent) continue;
    const Proposal& parent = all[*proposal.parent];
    added -= static_cast<std::uint64_t>(parent.epochs);
    CHECK(parent.stage == Stage{bracket, rung - 1});
    CHECK(parent.configuration == proposal.configuration);
  }
  CHECK(added == 1581);
  for (const auto& [place, configurations] : members(all)) {
    CHECK(configurations.size() == schedule.bracket(place.first)[place.second].trials);
  }
}

TEST_CASE("who is promoted is who would be if everybody waited for the whole rung") {
  for (const std::string name : {"halving", "hyperband"}) {
    for (const std::size_t window : {1, 8, 1000}) {
      for (const std::uint64_t seed : {1, 2, 3}) {
        INFO(name << ", window " << window << ", seed " << seed);
        const Made made(name, setting(27, 300, window));
        const std::vector<Proposal> all = proposals(*made, made.space(), curve, {.seed = seed});
        CHECK(members(all) == synchronous(all, *made->schedule(), curve));
        // A trial that ends below the full budget may be called pruned.
        CHECK(texts(proposals(*made, made.space(), pruned_curve, {.seed = seed})) == texts(all));
        for (const std::uint64_t order : {1, 2, 3}) {
          const Drive drive{.seed = seed, .arrival = Arrival::any_order, .order = order};
          CHECK(texts(proposals(*made, made.space(), curve, drive)) == texts(all));
        }
      }
    }
  }
}

TEST_CASE("equal scores rank by trial number") {
  const Made made("halving", setting(9));
  const std::vector<Proposal> all =
      proposals(*made, made.space(), [](const Proposal&, std::size_t) { return Scored{1}; });
  REQUIRE(all.size() == 13);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(all[9 + i].parent == i);
  }
  CHECK(all[12].parent == 9u);
}

TEST_CASE("failed trials arrive but are not promoted, and rungs get shorter") {
  // Of nine, these have a score.
  const auto survivors = [](std::set<std::size_t> good) {
    return [good](const Proposal& proposal, std::size_t trial) -> Outcome {
      if (proposal.parent || good.contains(trial)) return Scored{static_cast<double>(trial)};
      return Failed{"no"};
    };
  };
  const Made made("halving", setting(9));
  CHECK(proposals(*made, made.space(), survivors({2, 5, 7, 8})).size() == 9 + 3 + 1);
  const std::vector<Proposal> two = proposals(*made, made.space(), survivors({4, 6}));
  REQUIRE(two.size() == 9 + 2 + 1);
  CHECK(two[9].parent == 4u);
  CHECK(two[10].parent == 6u);
  CHECK(two[11].parent == 9u);
  CHECK(proposals(*made, made.space(), survivors({})).size() == 9);
  // Stopped below the rung's epochs, or without a score: not promoted either.
  const auto spoilt = [](Outcome outcome) {
    return [outcome](const Proposal& proposal, std::size_t trial) -> Outcome {
      return proposal.parent || trial % 3 == 0 ? Scored{1} : outcome;
    };
  };
  for (const Outcome& outcome :
       {Outcome(Pruned{0, 0}), Outcome(Scored{std::nan("")}), Outcome(Pruned{std::nan(""), 1})}) {
    const std::vector<Proposal> all = proposals(*made, made.space(), spoilt(outcome));
    REQUIRE(all.size() == 13);
    for (std::size_t i = 9; i < 12; ++i) CHECK(*all[i].parent % 3 == 0);
  }
}

TEST_CASE("who fails in a later rung leaves its place to nobody") {
  const Made made("hyperband", setting(9));
  const std::vector<Proposal> all =
      proposals(*made, made.space(), [](const Proposal& proposal, std::size_t) -> Outcome {
        if (proposal.epochs == 3 && proposal.parent) return Failed{"no"};
        return Scored{std::get<double>(proposal.configuration.at("x"))};
      });
  const Members there = members(all);
  CHECK(there.at({0, 1}).size() == 3);
  CHECK(!there.contains({0, 2}));
  CHECK(there.at({1, 1}).size() == 1);
}

TEST_CASE("brackets overlap, and promotions do not wait for the end") {
  const Made made("hyperband", setting(81));
  const std::vector<Proposal> all = proposals(*made, made.space(), no_failures);
  const auto is_promotion = [](const Proposal& proposal) { return proposal.parent.has_value(); };
  const auto first = std::ranges::find_if(all, is_promotion) - all.begin();
  CHECK(first == 81);
  const auto next_bracket =
      std::ranges::find_if(all,
                           [](const Proposal& proposal) { return proposal.stage->bracket == 1; }) -
      all.begin();
  // All but the last eight of 81 are known then: at least 27 - 8 promotions are certain.
  CHECK(std::count_if(all.begin(), all.begin() + next_bracket, is_promotion) >= 19);
  const bool overlaps = std::any_of(all.begin() + next_bracket, all.end(),
                                    [](const auto& p) { return p.stage->bracket == 0; });
  CHECK(overlaps);
}

TEST_CASE("a bracket begins when all but the last starts have ended") {
  for (const std::size_t window : {1, 8, 20}) {
    const Made made("hyperband", setting(9, 500, window));
    std::size_t bracket = 0;
    std::vector<bool> is_start;
    Drive drive{.trials = 1000};
    drive.watch = [&](const Prefix& prefix, const Rng&, const Move& move) {
      const auto* proposal = std::get_if<Proposal>(&move);
      if (proposal == nullptr) return;
      if (proposal->stage->bracket > bracket) {
        bracket = proposal->stage->bracket;
        const auto unknown = is_start.begin() + static_cast<std::ptrdiff_t>(prefix.known());
        CHECK(static_cast<std::size_t>(std::count(unknown, is_start.end(), true)) <= window);
      }
      is_start.push_back(!proposal->parent);
    };
    drive.run(*made, made.space(), no_failures);
    CHECK(bracket + 1 == made->schedule()->brackets());
  }
}

TEST_CASE("the brackets of later passes have draws of their own") {
  const Made made("hyperband", setting(9, 66));
  const std::vector<Proposal> all = proposals(*made, made.space(), no_failures);
  CHECK(all.size() == 66);
  std::set<std::string> distinct;
  for (const Proposal& proposal : all) distinct.insert(to_text(proposal.configuration));
  CHECK(distinct.size() == made->schedule()->starts());
}

TEST_CASE("a finite space ends the brackets with its last configuration") {
  const Space space = space_of({{"n", "int(1, 12)"}}, {"n = 5"});
  const Made made("hyperband", {space, 9, {}});
  CHECK(made->limit() == 16u);
  const auto all = proposals(*made, space, [](const Proposal& proposal, std::size_t) {
    return Scored{static_cast<double>(std::get<std::int64_t>(proposal.configuration.at("n")))};
  });
  REQUIRE(all.size() == 16);
  std::set<std::string> started, finished;
  for (const Proposal& proposal : all) {
    if (!proposal.parent) started.insert(to_text(proposal.configuration));
    if (proposal.epochs == 9) finished.insert(to_text(proposal.configuration));
  }
  CHECK(started.size() == 11);
  CHECK(finished.size() == 2);
}

TEST_CASE("a trial may be continued until it is, or others are certain to be") {
  const Made made("halving", setting(9));
  const Evaluate by_number = [](const Proposal&, std::size_t trial) {
    return Scored{static_cast<double>(trial)};
  };
  Drive drive;
  drive.watch = [&](const Prefix& prefix, const Rng&, const Move&) {
    std::set<std::size_t> open;
    for (std::size_t trial = 0; trial < prefix.size(); ++trial) {
      if (made->may_continue(prefix, trial)) open.insert(trial);
    }
    if (prefix.size() == 9 && prefix.known() < 9) CHECK(open.size() == 9);
    if (prefix.size() == 11 && prefix.known() == 9) CHECK(open == std::set<std::size_t>{2, 9, 10});
    if (prefix.size() == 12 && prefix.known() == 11) CHECK(open.size() == 3);
    if (prefix.size() == 13) CHECK(open.empty());
  };
  CHECK(drive.run(*made, made.space(), by_number).size() == 13);
}

TEST_CASE("what brackets cannot be made of is said") {
  const auto refusal = [](const std::string& name, Setting from, Configuration options = {}) {
    try {
      const Made made(name, std::move(from), std::move(options));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(refusal("hyperband", setting(81, 120)).starts_with("trials: 120 is less than one bracket"));
  CHECK(refusal("halving", setting(81, 121)) == "accepted");
  CHECK(refusal("hyperband", setting(10), {{"min_epochs", std::int64_t{11}}}) ==
        "min_epochs: 11 is above the epochs of [training], 10");
  CHECK(refusal("hyperband", setting(10), {{"eta", std::int64_t{1}}}).starts_with("eta: 1 is "));
  CHECK(refusal("hyperband", {space_of({{"epochs", "int(1, 9)"}}), 10, {}}) ==
        "epochs cannot be searched: the rungs of the brackets set them");
  CHECK(refusal("halving", {space_of({{"n", "int(1, 3)"}}, {"n > 0"}), 10, {}}) ==
        "random: the forbids rule out every configuration");
}

TEST_CASE("sizing = table starts as many as Table 1") {
  const Made made("hyperband", setting(81), {{"sizing", std::string("table")}});
  CHECK(made->schedule()->starts() == 128);
  CHECK(made->schedule()->resuming() == 1404);
}
