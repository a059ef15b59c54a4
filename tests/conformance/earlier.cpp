// Start points and trials of earlier studies, with every strategy that can have them.

#include <atomic>

#include "search/enqueued.hpp"
#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"
#include "tuner/study/study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Setting, search::Strategy;
using tests::AnyOrder;

namespace {

constexpr int kEpochs = 9;

Setting setting() {
  Setting setting{
      tests::space_of({{"x", "int(0, 30)"}, {"y", "int(0, 15)"}}, {"x = 7"}), kEpochs, {}, 60};
  setting.enqueued = {{{"x", std::int64_t{3}}, {"y", std::int64_t{4}}}, {{"y", std::int64_t{15}}}};
  return setting;
}

/// With start points where it has none of its own beforehand; else null.
std::unique_ptr<const Strategy> make(const std::string& name, Setting& with) {
  const auto& row = search::strategies().at(name);
  if (name == "list")
    with.configurations = with.enqueued = {{{"x", std::int64_t{3}}, {"y", std::int64_t{4}}}};
  const base::Configuration none;
  auto strategy = row.make(with, base::Reader(none, row.keys));
  if (strategy->by_number()) return nullptr;
  return strategy->schedule() != nullptr ? std::move(strategy)
                                         : search::enqueued(with, std::move(strategy));
}

class Distance : public Objective {
 public:
  std::size_t folds() const override { return 2; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    FoldResult result;
    result.cancelled = cancelled();
    const auto value = [&](const char* name) {
      return static_cast<double>(std::get<std::int64_t>(trial.proposal.configuration.at(name)));
    };
    result.scores = {(value("x") - 12) * (value("x") - 12) + value("y") +
                     0.1 * static_cast<double>(fold)};
    result.train_scores = result.scores;
    result.epochs = trial.proposal.epochs - trial.from;
    return result;
  }
};

StudyRules rules(const Strategy& strategy, const Setting& with) {
  StudyRules rules;
  rules.trials = 40;
  rules.seed = 3;
  rules.metric = {"mse", false};
  rules.epochs = kEpochs;
  if (strategy.schedule() != nullptr) return rules;
  for (std::int64_t i = 0; i < 15; ++i) {
    search::Outcome outcome = search::Scored{static_cast<double>(100 + i)};
    if (i % 5 == 1) outcome = search::Failed{"x"};
    if (i % 5 == 2) outcome = search::Pruned{5.0, 3};
    rules.earlier.push_back({{{{"x", 2 * i}, {"y", i}}, with.epochs, std::nullopt}, outcome});
  }
  return rules;
}

StudyResult run(const std::string& name, Executor& executor) {
  Setting with = setting();
  const auto strategy = make(name, with);
  const std::atomic<bool> stop = false;
  return run_study(with.space, *strategy, rules(*strategy, with), Distance(), executor, stop,
                   [](const TrialRecord&) {});
}

std::string table(const StudyResult& result) {
  std::string text;
  for (const TrialRecord& record : result.records) {
    text += std::to_string(record.number) + ' ' + base::to_text(record.configuration) + ' ' +
            std::to_string(record.from) + '-' + std::to_string(record.budget);
    if (record.parent) text += " from " + std::to_string(*record.parent);
    text += '\n';
  }
  return text;
}

template <class Check>
void for_all(const Check& check) {
  for (const auto& row : search::strategies().rows()) {
    INFO(row.name);
    Setting with = setting();
    if (make(row.name, with) != nullptr) check(row.name);
  }
}

}  // namespace

TEST_CASE("studies with start points and earlier trials are the same for any number of jobs") {
  for_all([](const std::string& name) {
    const std::string one = table(run(name, *make_executor(1)));
    CHECK(one.starts_with("0 x=3 y=4 "));
    for (const int jobs : {2, 8}) CHECK(table(run(name, *make_executor(jobs))) == one);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      AnyOrder executor(8, seed);
      CHECK(table(run(name, executor)) == one);
    }
  });
}

TEST_CASE("trials of earlier studies are known, and not tried again") {
  for_all([](const std::string& name) {
    const StudyResult result = run(name, *make_executor(2));
    CHECK(result.records.size() >= 20);
    for (std::size_t i = 0; i < result.records.size(); ++i) {
      const TrialRecord& record = result.records[i];
      CHECK(record.number == i);
      CHECK_NOTHROW(setting().space.require(record.configuration));
      const auto x = std::get<std::int64_t>(record.configuration.at("x"));
      const auto y = std::get<std::int64_t>(record.configuration.at("y"));
      if (!record.stage) CHECK(!(x == 2 * y && y < 15));
    }
    CHECK(std::get<std::int64_t>(result.records[1].configuration.at("y")) == 15);
  });
}
