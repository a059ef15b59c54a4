#include "search/enqueued.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Configuration;
using tune::base::InputError;
using tune::base::Rng;
using tune::tests::Drive;
using tune::tests::Line;
using tune::tests::space_of;

namespace {

Setting setting_of(Space space, std::vector<Configuration> points) {
  Setting setting{std::move(space), 9, {}, {}};
  setting.enqueued = std::move(points);
  return setting;
}

Space conditional() {
  return space_of({{"optimizer", "choice(sgd, adam)"},
                   {"momentum", "real(0, 0.9)", "optimizer = sgd"},
                   {"units", "int(1, 99)"}},
                  {"optimizer = adam and units > 50"});
}

std::unique_ptr<const Strategy> make(const std::string& name, const Setting& setting) {
  const auto& row = strategies().at(name);
  const Configuration none;
  auto strategy = row.make(setting, tune::base::Reader(none, row.keys));
  return strategy->schedule() != nullptr ? std::move(strategy)
                                         : enqueued(setting, std::move(strategy));
}

Outcome scored(const Proposal&, std::size_t trial) {
  return Scored{static_cast<double>(trial)};
}

Trials run(const Setting& setting, const std::string& strategy, std::size_t trials = 8) {
  return Drive{.trials = trials}.run(*make(strategy, setting), setting.space, scored);
}

std::string refusal(const Setting& setting, const std::string& strategy = "random") {
  try {
    make(strategy, setting);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("start points come first, and what they leave open is drawn") {
  const Setting setting =
      setting_of(conditional(), {{{"optimizer", "adam"}, {"units", std::int64_t{7}}},
                                 {{"momentum", 0.1 + 0.2}},
                                 {{"units", std::int64_t{99}}}});
  const Trials trials = run(setting, "random");
  REQUIRE(trials.size() == 8);
  CHECK(trials.proposal(0).configuration == setting.enqueued[0]);
  const Configuration second = trials.proposal(1).configuration;
  CHECK(second.at("optimizer") == tune::base::Value("sgd"));
  CHECK(second.at("momentum") == tune::base::Value(0.1 + 0.2));
  CHECK(second.contains("units"));
  const Configuration third = trials.proposal(2).configuration;
  CHECK(third.at("units") == tune::base::Value(std::int64_t{99}));
  CHECK(third.at("optimizer") == tune::base::Value("sgd"));  // the other one is forbidden
  for (std::size_t i = 0; i < trials.size(); ++i) {
    CHECK_NOTHROW(setting.space.require(trials.proposal(i).configuration));
    CHECK(trials.proposal(i).epochs == 9);
  }
}

TEST_CASE("a start point that has been tried is passed over") {
  const Setting setting =
      setting_of(space_of({{"n", "int(1, 9)"}}),
                 {{{"n", std::int64_t{3}}}, {{"n", std::int64_t{3}}}, {{"n", std::int64_t{5}}}});
  const Trials trials = run(setting, "random", 99);
  CHECK(trials.size() == 9);
  CHECK(trials.proposal(0).configuration == setting.enqueued[0]);
  CHECK(trials.proposal(2).configuration == setting.enqueued[2]);
  for (std::size_t i = 0; i < trials.size(); ++i) CHECK(trials.first(trials.row(i)) == i);
}

TEST_CASE("in brackets start points are among the first starts") {
  const Setting setting = setting_of(
      conditional(), {{{"optimizer", "adam"}, {"units", std::int64_t{7}}},
                      {{"momentum", 0.5}, {"optimizer", "sgd"}, {"units", std::int64_t{8}}}});
  for (const std::string strategy : {"halving", "hyperband"}) {
    const Trials trials = run(setting, strategy, 40);
    std::vector<Configuration> starts;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (!trials.parent(i)) starts.push_back(trials.proposal(i).configuration);
    }
    CHECK(trials.epochs(0) == 1);
    CHECK(starts.at(0) == setting.enqueued[0]);
    CHECK(starts.at(1) == setting.enqueued[1]);
  }
}

TEST_CASE("start points that cannot be are refused") {
  CHECK(refusal(setting_of(conditional(), {{{"rate", 1.0}}})) ==
        "enqueue: rate=1.0: rate is not a parameter of the space");
  CHECK(refusal(setting_of(conditional(), {{{"units", std::int64_t{100}}}})) ==
        "enqueue: units=100: 100 is not a value of units");
  CHECK(
      refusal(setting_of(conditional(), {{{"units", std::int64_t{51}}, {"optimizer", "adam"}}})) ==
      "enqueue: optimizer=adam units=51: conditions or forbids of the space rule it out");
  CHECK(refusal(setting_of(conditional(), {{{"momentum", 0.1}, {"optimizer", "adam"}}})) ==
        "enqueue: momentum=0.1 optimizer=adam: conditions or forbids of the space rule it out");
  CHECK(refusal(setting_of(space_of({{"n", "int(1, 9)"}}), {{{"n", std::int64_t{3}}}}), "grid") ==
        "enqueue: this strategy has all its trials beforehand");
}

TEST_CASE("trials of earlier studies are no starts of this one") {
  const Setting setting =
      setting_of(conditional(), {{{"optimizer", "adam"}, {"units", std::int64_t{7}}}});
  const auto strategy = make("random", setting);
  Trials trials(setting.space);
  for (const std::int64_t units : {1, 2, 3}) {
    const std::size_t trial =
        trials.add({{{"optimizer", "adam"}, {"units", units}}, 9, std::nullopt});
    trials.finish(trial, Scored{1});
  }
  trials.begin_study();
  const Prefix prefix(trials, 3, 3);
  CHECK(prefix.earlier() == 3);
  const Move move = strategy->ask(prefix, Rng(1));
  REQUIRE(std::holds_alternative<Proposal>(move));
  CHECK(std::get<Proposal>(move).configuration == setting.enqueued[0]);
}
