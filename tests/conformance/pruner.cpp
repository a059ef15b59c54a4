// What every registered pruner must keep to, with every strategy. A new one of either kind joins by
// its row alone.

#include "search/pruner.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"
#include "tuner/study/study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Course, search::Folds, search::Outcome, search::Prefix, search::Pruner;
using tests::AnyOrder, tests::Made;

namespace {

constexpr int kEpochs = 9;
constexpr std::size_t kFolds = 4;
constexpr std::size_t kTrials = 45;

/// Options with which it ends some trials of `Learning`.
base::Configuration options_of(const std::string& pruner) {
  if (pruner == "threshold") return {{"pruner_upper", 1.2}};
  if (pruner == "racing") return {{"pruner_alpha", 0.4}};
  if (pruner == "patient") return {{"pruner_patience", std::int64_t{0}}};
  return {{"pruner_n_startup_trials", std::int64_t{3}}};
}

/// With the keys of what `patient` wraps.
std::unique_ptr<const Pruner> make_pruner(const std::string& name) {
  const auto& row = search::pruners().at(name);
  std::vector<base::Key> keys = row.keys;
  if (name == "patient") {
    for (const base::Key& key : search::pruners().at("median").keys) keys.push_back(key);
  }
  const base::Configuration options = options_of(name);
  const base::Reader reader(options, keys);
  reader.check();
  return row.make(reader);
}

search::Space space() {
  return tests::space_of({{"x", "int(0, 30)"}, {"y", "int(0, 15)"}});
}

Made make_strategy(const std::string& name) {
  search::Setting setting{space(), kEpochs, {}, {}};
  if (name == "halving" || name == "hyperband") setting.trials = 2 * kTrials;
  for (std::int64_t i = 0; i < 40; ++i) {
    if (name == "list") setting.configurations.push_back({{"x", 7 * i % 31}, {"y", 5 * i % 16}});
  }
  base::Configuration options;
  // So that it breeds within the trials here.
  if (name == "evolution") options["population_size"] = std::int64_t{8};
  return Made(name, std::move(setting), std::move(options));
}

/// Curves that fall and rise again, a little different in each fold; some fits fail, some stop by
/// themselves. It keeps to what Objective demands with a judge.
class Learning : public Objective {
 public:
  std::size_t folds() const override { return kFolds; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    FoldResult result;
    result.cancelled = cancelled();
    if (result.cancelled) return result;
    const auto x =
        static_cast<double>(std::get<std::int64_t>(trial.proposal.configuration.at("x")));
    const auto y =
        static_cast<double>(std::get<std::int64_t>(trial.proposal.configuration.at("y")));
    if (y == 13 && fold == 2) throw std::runtime_error("no memory");
    const int last = y == 4 ? std::min(5, trial.proposal.epochs) : trial.proposal.epochs;
    std::vector<float> curve;
    if (!trial.curves.empty()) curve = trial.curves[fold];
    double loss = 0;
    for (int epoch = trial.from + 1; epoch <= last && !result.pruned; ++epoch) {
      const double wave = 0.1 * std::sin(x + y * epoch + static_cast<double>(fold));
      loss = x / 30 + std::exp(-y * epoch / 15) + wave;
      result.history.push_back({{"val_loss", loss}});
      curve.push_back(static_cast<float>(loss));
      if (!trial.judge || epoch == last) continue;
      if (const auto verdict = trial.judge->ends_after_epoch(fold, curve)) {
        result.pruned = epoch;
        result.verdict = *verdict;
      }
    }
    result.epochs = static_cast<int>(result.history.size());
    result.best_epoch = trial.from + result.epochs;
    result.scores = {result.history.empty() ? curve.back() : loss};
    result.train_scores = result.scores;
    return result;
  }
};

StudyRules rules(const Pruner& pruner, std::size_t trials = kTrials) {
  StudyRules rules;
  rules.trials = trials;
  rules.seed = 3;
  rules.metric = {"mse", false};
  rules.epochs = kEpochs;
  rules.pruner = &pruner;
  rules.folds = {kFolds, 0.1};
  return rules;
}

StudyResult run(const Made& strategy, const StudyRules& how, Executor& executor,
                Ledger* ledger = nullptr) {
  const std::atomic<bool> stop = false;
  return run_study(strategy.space(), *strategy, how, Learning(), executor, stop,
                   [](const TrialRecord&) {}, {.ledger = ledger});
}

StudyResult run(const Made& strategy, const StudyRules& how, int jobs) {
  const auto executor = make_executor(jobs);
  return run(strategy, how, *executor);
}

std::string table(const StudyResult& result) {
  std::string text;
  for (const TrialRecord& record : result.records) {
    text += std::to_string(record.number) + ' ' + base::to_text(record.configuration) + ' ' +
            to_text(record.state) + ' ' + std::to_string(record.from) + '-' +
            std::to_string(record.budget) + ' ' + record.failure;
    if (record.parent) text += " from " + std::to_string(*record.parent);
    for (const FoldResult& fold : record.folds) {
      text += ' ' + base::to_text(base::Value(fold.scores.at(0))) + '@' +
              std::to_string(fold.epochs) + (fold.pruned ? "! " + fold.verdict : "");
    }
    text += '\n';
  }
  return text;
}

std::size_t pruned(const StudyResult& result) {
  return static_cast<std::size_t>(
      std::ranges::count_if(result.records, &TrialRecord::ended_by_pruner));
}

/// The table of a study whose process ends whenever it has recorded some trials more, and of which
/// then another one takes up what is there.
std::string table_after_crashes(const Made& strategy, const StudyRules& how, std::uint64_t seed) {
  tests::MemoryLedger ledger;
  base::Rng chance(seed);
  for (int crash = 0; crash < 10; ++crash) {
    ledger.crash_after(chance.below(8));
    AnyOrder executor(4, seed + static_cast<std::uint64_t>(crash));
    try {
      run(strategy, how, executor, &ledger);
      break;
    } catch (const tests::Crash&) {
    }
  }
  ledger.crash_after(how.trials);
  AnyOrder executor(4, seed);
  return table(run(strategy, how, executor, &ledger));
}

/// Runs `check` for every pruner with every strategy.
template <class Check>
void for_all(const Check& check) {
  for (const auto& pruner : search::pruners().rows()) {
    for (const auto& strategy : search::strategies().rows()) {
      INFO(pruner.name << " with " << strategy.name);
      check(pruner.name, strategy.name);
    }
  }
}

}  // namespace

TEST_CASE("every pruner gives the same table with every strategy for 1, 2 and 8 jobs") {
  std::map<std::string, std::size_t> ended;
  for_all([&](const std::string& pruner, const std::string& strategy) {
    const auto how = make_pruner(pruner);
    const StudyResult first = run(make_strategy(strategy), rules(*how), 1);
    const std::string one = table(first);
    CHECK(first.records.size() > 20);
    ended[pruner] += pruned(first);
    for (const int jobs : {2, 8}) {
      CHECK(table(run(make_strategy(strategy), rules(*make_pruner(pruner)), jobs)) == one);
    }
    // Asked for other trials before, it judges these as it did.
    run(make_strategy("random"), rules(*how), 1);
    CHECK(table(run(make_strategy(strategy), rules(*how), 1)) == one);
  });
  for (const auto& [pruner, trials] : ended) {
    INFO(pruner);
    CHECK(trials > 20);
  }
}

TEST_CASE("every pruner gives the same table in whatever order folds end") {
  for_all([&](const std::string& pruner, const std::string& strategy) {
    const auto how = make_pruner(pruner);
    const std::string one = table(run(make_strategy(strategy), rules(*how), 1));
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      AnyOrder executor(8, seed);
      CHECK(table(run(make_strategy(strategy), rules(*how), executor)) == one);
    }
  });
}

TEST_CASE("every strategy gives the same table after ten crashes, with and without pruners") {
  for (const auto& strategy : search::strategies().rows()) {
    INFO(strategy.name);
    StudyRules plain = rules(*make_pruner("median"));
    plain.pruner = nullptr;
    const std::string one = table(run(make_strategy(strategy.name), plain, 1));
    CHECK(table_after_crashes(make_strategy(strategy.name), plain, 1) == one);
  }
  for_all([&](const std::string& pruner, const std::string& strategy) {
    const auto how = make_pruner(pruner);
    const std::string one = table(run(make_strategy(strategy), rules(*how), 1));
    CHECK(table_after_crashes(make_strategy(strategy), rules(*how), 2) == one);
  });
}

TEST_CASE("with every pruner a shorter study is the start of a longer one") {
  for_all([&](const std::string& pruner, const std::string& strategy) {
    const auto how = make_pruner(pruner);
    const std::string whole = table(run(make_strategy(strategy), rules(*how), 2));
    for (const std::size_t cut : {7, 20}) {
      CHECK(whole.starts_with(table(run(make_strategy(strategy), rules(*how, cut), 3))));
    }
  });
}

TEST_CASE("what every pruner ends has fewer epochs or folds than it was to have") {
  for_all([&](const std::string& pruner, const std::string& strategy) {
    const StudyResult result = run(make_strategy(strategy), rules(*make_pruner(pruner)), 4);
    const auto order = ranking(result.records, {"mse", false});
    CHECK(!result.records[order.front()].ended_by_pruner());
    for (const TrialRecord& record : result.records) {
      for (std::size_t fold = 0; fold + 1 < record.folds.size(); ++fold) {
        CHECK(!record.folds[fold].pruned);
      }
      if (!record.ended_by_pruner()) continue;
      CHECK(record.state == TrialRecord::State::pruned);
      CHECK((record.from <= record.budget && record.budget < kEpochs));
      const bool all_epochs = *record.folds.back().pruned == kEpochs;
      CHECK((record.folds.size() < kFolds || !all_epochs));
      for (const TrialRecord& other : result.records) CHECK(other.parent != record.number);
    }
  });
}

TEST_CASE("every pruner survives NaN, infinities and trials without curves") {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const search::Space none;
  search::Trials trials(none);
  for (std::size_t i = 0; i < 30; ++i) {
    trials.add({{}, 3, std::nullopt});
    const double score = i % 5 == 0 ? kInfinity : 0.5;
    const std::vector<float> curve = {i % 3 == 0 ? kNaN : 0.5f, i % 4 == 0 ? kInfinity : 0.4f};
    std::vector<Course> courses(i % 7 == 0 ? 0 : 4, Course{score, curve});
    trials.finish(i, i % 6 == 0 ? Outcome(search::Failed{"x"}) : Outcome(search::Scored{score}),
                  std::move(courses));
  }
  trials.add({{}, 3, std::nullopt});
  for (const auto& row : search::pruners().rows()) {
    const auto judge = make_pruner(row.name)->judge(Prefix(trials, 30, 31), Folds{4, 0.3});
    REQUIRE(judge);
    for (std::size_t fold = 0; fold < 4; ++fold) {
      for (const float value : {kNaN, kInfinity, -kInfinity, 0.3f}) {
        CHECK_NOTHROW(judge->ends_after_epoch(fold, std::vector<float>(fold + 1, value)));
      }
    }
    for (const double score : {1e300, -1e300, 0.0}) {
      CHECK_NOTHROW(judge->ends_after_folds(std::vector<double>(3, score)));
    }
  }
}
