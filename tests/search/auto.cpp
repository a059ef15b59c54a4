#include <limits>

#include "search/brackets.hpp"
#include "search/strategy.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::tests::Drive;
using tune::tests::Line;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Space numbers() {
  return space_of({{"x", "real(0, 1)"}, {"n", "int(1, 500, log)"}, {"kind", "relu"}});
}

Space mixed() {
  return space_of({{"x", "real(0, 1)"}, {"kind", "choice(a, b)"}, {"m", "real(0, 1)", "kind = a"}});
}

Space wide() {
  std::vector<Line> lines;
  for (int i = 0; i < 40; ++i) lines.push_back({"x" + std::to_string(i), "real(0, 1)"});
  return space_of(lines);
}

Made made(Space space, int epochs, std::optional<std::size_t> trials) {
  return Made("auto", {std::move(space), epochs, {}, trials});
}

Outcome by_x(const Proposal& proposal, std::size_t) {
  return Scored{std::get<double>(proposal.configuration.at("x"))};
}

}  // namespace

TEST_CASE("auto chooses by space, trials and epochs, and says why") {
  struct Case {
    Space space;
    int epochs;
    std::optional<std::size_t> trials;
    std::string strategy, reason;
  };
  const Space finite = space_of({{"n", "int(1, 6)"}, {"kind", "choice(a, b)"}}, {"n = 3"});
  const std::vector<Case> cases = {
      {finite, 100, 12, "grid", "all 10 configurations can be tried"},
      {finite, 1, 11, "sobol", "11 trials are too few to learn from"},
      {numbers(), 100, 10, "sobol", "10 trials are too few to learn from"},
      {numbers(), 27, 14, "bohb", "the epochs of 14 trials are enough for a pass of Hyperband"},
      {numbers(), 27, 13, "sobol", "13 trials are too few to learn from"},
      {mixed(), 52, 201, "bohb", "the epochs of 201 trials are enough for 15 passes of Hyperband"},
      {wide(), 27, 50, "hyperband",
       "the epochs of 50 trials are enough for 3 passes of Hyperband, and 40 parameters too many "
       "for the model of bohb"},
      {numbers(), 8, 50, "gp", "50 trials of 2 parameters are not too many for a Gaussian process"},
      {mixed(), 1, 200, "gp", "200 trials of 3 parameters are not too many for a Gaussian process"},
      {numbers(), 8, 201, "tpe", "201 trials of 2 parameters"},
      {wide(), 8, 50, "tpe", "50 trials of 40 parameters"},
      {mixed(), 1, 1000, "tpe",
       "1000 trials of 3 parameters, not all of them numbers without conditions"},
      {numbers(), 1, 1000, "cmaes", "there are 1000 trials, and only numbers without conditions"}};
  for (const Case& one : cases) {
    const Made strategy = made(one.space, one.epochs, one.trials);
    REQUIRE(strategy->chosen() != nullptr);
    CHECK(strategy->chosen()->strategy == one.strategy);
    CHECK(strategy->chosen()->reason == one.reason);
  }
  CHECK(Made("tpe", {numbers(), 1, {}})->chosen() == nullptr);
}

TEST_CASE("auto takes several objectives") {
  Setting setting{mixed(), 27, {}, 50};
  setting.objectives = 2;
  const Made several("auto", setting);
  CHECK(several->chosen()->strategy == "evolution");
  CHECK(several->chosen()->reason == "it ranks trials by 2 objectives at once");
  CHECK(several->schedule() == nullptr);
  setting.space = space_of({{"n", "int(1, 6)"}});
  CHECK(Made("auto", setting)->chosen()->strategy == "grid");
}

TEST_CASE("auto leaves room for start points and earlier studies") {
  const Space finite = space_of({{"n", "int(1, 6)"}, {"kind", "choice(a, b)"}});
  const auto chosen = [](Setting setting, bool enqueued, bool earlier) {
    if (enqueued) setting.enqueued.resize(1);  // one that leaves all open
    setting.earlier = earlier;
    const Made made("auto", setting);
    CHECK_FALSE((enqueued && made->by_number()));
    CHECK_FALSE((earlier && (made->by_number() || made->schedule() != nullptr)));
    return made->chosen()->strategy;
  };
  const Setting all{finite, 100, {}, 12};
  CHECK(chosen(all, false, false) == "grid");
  CHECK(chosen(all, true, false) == "sobol");
  CHECK(chosen(all, false, true) == "sobol");
  CHECK(chosen({finite, 1, {}, 50}, true, true) == "gp");
  const Setting many{mixed(), 52, {}, 201};
  CHECK(chosen(many, true, false) == "bohb");
  CHECK(chosen(many, false, true) == "tpe");
  const Setting large{wide(), 27, {}, 50};
  CHECK(chosen(large, true, false) == "hyperband");
  CHECK(chosen(large, true, true) == "tpe");
}

TEST_CASE("auto shares out the epochs of its trials among brackets") {
  for (const std::size_t trials : {201, 333, 600}) {
    const Made strategy = made(numbers(), 81, trials);
    const Schedule& schedule = *strategy->schedule();
    CHECK(schedule.resuming() <= trials * 81);
    const Bracket next = schedule.bracket(schedule.brackets() % schedule.brackets_a_pass());
    CHECK(schedule.resuming() + epochs_resuming(next) > trials * 81);
    CHECK(strategy->limit() == schedule.trials());
  }
}

TEST_CASE("auto takes any number of trials") {
  const std::size_t most = std::numeric_limits<std::uint32_t>::max();
  CHECK(made(numbers(), 1'000'000, most * most)->chosen()->strategy == "bohb");
  CHECK(made(space_of({{"n", "int(1, 1000000)"}}), 1, most)->chosen()->strategy == "cmaes");
}

TEST_CASE("searched epochs are not shared out") {
  const Space space = space_of({{"x", "real(0, 1)"}, {"epochs", "int(50, 99)"}});
  CHECK(made(space, 100, 60)->chosen()->strategy == "gp");
}

TEST_CASE("auto is the strategy that it has chosen") {
  for (const int epochs : {1, 27}) {
    const Made chosen = made(mixed(), epochs, 15);
    const Made same(chosen->chosen()->strategy,
                    {mixed(), epochs, {}, epochs == 1 ? 15 : chosen->limit()});
    const Trials ours = Drive{.trials = 1000}.run(*chosen, chosen.space(), by_x);
    const Trials theirs = Drive{.trials = *chosen->limit()}.run(*same, same.space(), by_x);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CHECK(ours.proposal(i).configuration == theirs.proposal(i).configuration);
      CHECK(ours.parent(i) == theirs.parent(i));
    }
  }
}

TEST_CASE("auto tries fifty times unless it is told") {
  CHECK(made(numbers(), 1, {})->limit() == 50u);
  CHECK(Drive{.trials = 100}.run(*made(numbers(), 1, {}), numbers(), by_x).size() == 50);
}
