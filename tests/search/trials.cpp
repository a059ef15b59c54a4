#include "search/trials.hpp"

#include <limits>
#include <stdexcept>

#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune::search;
using tune::base::to_text;
using tune::tests::space_of;

namespace {

Proposal proposal(std::int64_t n, int epochs = 1, std::optional<std::size_t> parent = {}) {
  return {{{"n", n}}, epochs, parent};
}

}  // namespace

TEST_CASE("trials give back what was asked and what came out") {
  const Space space = space_of({{"n", "int(0, 9)"}, {"rate", "real(0, 1)", "n = 3"}});
  Trials trials(space);
  CHECK(trials.add(proposal(2, 9)) == 0);
  CHECK(trials.add({{{"n", std::int64_t{3}}, {"rate", 0.1}}, 27, 0}) == 1);
  CHECK(trials.add(proposal(2, 9)) == 2);
  CHECK(trials.size() == 3);
  CHECK(to_text(trials.proposal(1).configuration) == "n=3 rate=0.1");
  CHECK(trials.proposal(1).epochs == 27);
  CHECK(trials.proposal(1).parent == std::optional<std::size_t>(0));
  CHECK(!trials.proposal(0).parent);
  CHECK(trials.row(1)[1] == 0.1);
  CHECK(!trials.outcome(0));

  trials.finish(2, Failed{"diverged"});
  trials.finish(0, Scored{0.25});
  trials.finish(1, Pruned{0.5, 4});
  CHECK(std::get<Scored>(*trials.outcome(0)).score == 0.25);
  CHECK(std::get<Pruned>(*trials.outcome(1)).epochs == 4);
  CHECK(std::get<Failed>(*trials.outcome(2)).reason == "diverged");
}

TEST_CASE("a trial gets one outcome, after it was asked, and continues an earlier one") {
  const Space space = space_of({{"n", "int(0, 9)"}});
  Trials trials(space);
  CHECK_THROWS_AS(trials.finish(0, Scored{1}), std::logic_error);
  CHECK_THROWS_AS(trials.add(proposal(1, 1, 0)), std::logic_error);
  trials.add(proposal(1));
  trials.finish(0, Scored{1});
  CHECK_THROWS_AS(trials.finish(0, Scored{1}), std::logic_error);
}

TEST_CASE("the first trial of each configuration is found among many") {
  const Space space = space_of({{"n", "int(0, 4999)"}, {"rate", "real(-1, 1)", "n < 2500"}});
  Trials trials(space);
  std::vector<std::optional<std::size_t>> first(5000);
  tune::base::Rng rng(8);
  for (std::size_t trial = 0; trial < 6000; ++trial) {
    const std::int64_t n = rng.below(5000);
    Configuration configuration = {{"n", n}};
    if (n < 2500) configuration["rate"] = 0.25;
    if (!first[static_cast<std::size_t>(n)]) first[static_cast<std::size_t>(n)] = trial;
    trials.add({configuration, 1, {}});
  }
  for (std::int64_t n = 0; n < 5000; ++n) {
    Configuration configuration = {{"n", n}};
    if (n < 2500) configuration["rate"] = 0.25;
    REQUIRE(trials.first(space.to_row(configuration)) == first[static_cast<std::size_t>(n)]);
    if (n < 2500) configuration["rate"] = 0.5;
    if (n < 2500) REQUIRE(!trials.first(space.to_row(configuration)));
  }
}

TEST_CASE("both zeros are one configuration") {
  const Space space = space_of({{"x", "real(-1, 1)"}});
  Trials trials(space);
  trials.add({{{"x", 0.0}}, 1, {}});
  CHECK(trials.first(std::vector{-0.0}) == std::optional<std::size_t>(0));
}

TEST_CASE("a prefix shows no outcome and no proposal beyond its ends") {
  const Space space = space_of({{"n", "int(0, 9)"}});
  Trials trials(space);
  for (std::int64_t n = 0; n < 4; ++n) trials.add(proposal(n));
  trials.finish(0, Scored{1});
  trials.finish(1, Scored{std::numeric_limits<double>::quiet_NaN()});
  const Prefix prefix(trials, 1, 3);
  CHECK(std::get<Scored>(prefix.outcome(0)).score == 1);
  CHECK_THROWS_AS(prefix.outcome(1), std::logic_error);
  CHECK(prefix.contains(std::vector{2.0}));
  CHECK(!prefix.contains(std::vector{3.0}));
  CHECK_THROWS_AS(Prefix(trials, 3, 3), std::logic_error);
  CHECK_THROWS_AS(Prefix(trials, 2, 1), std::logic_error);
  CHECK_THROWS_AS(Prefix(trials, 0, 5), std::logic_error);
}

TEST_CASE("trials keep the scores of all objectives") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  Trials trials(space);
  for (int i = 0; i < 3; ++i) trials.add({{{"x", 0.25 * i}}, 1, {}});
  trials.finish(1, Scored{1, {2, 3}});
  trials.finish(0, Scored{4});
  trials.finish(2, Failed{"diverged"});
  const Prefix prefix(trials, 3, 3);
  CHECK(std::get<Scored>(prefix.outcome(1)).further == std::vector<double>{2, 3});
  CHECK(std::get<Scored>(prefix.outcome(0)).further.empty());
  CHECK(full_score(prefix.outcome(1), 1) == 1);
}
