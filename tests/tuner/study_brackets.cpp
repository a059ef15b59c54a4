// Studies in brackets: what is promoted, in whatever order trials end.

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"
#include "tuner/study/study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Proposal, search::Setting;
using tests::AnyOrder, tests::Made;

namespace {

/// Two folds of a curve over the epochs. It keeps where each fit ended, and demands that of a trial
/// that is continued. Some fail, at once or later on.
class Curves : public Objective {
 public:
  explicit Curves(bool failures = true, int full_epochs = 0)
      : failures_(failures), full_epochs_(full_epochs) {}

  std::size_t folds() const override { return 2; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    FoldResult result;
    result.cancelled = cancelled();
    if (result.cancelled) return result;
    const Proposal& proposal = trial.proposal;
    if (proposal.parent) {
      const std::lock_guard lock(mutex_);
      const auto kept = kept_.find({*proposal.parent, fold});
      if (kept == kept_.end() || kept->second != trial.from) ++lost_;
      if (kept != kept_.end()) kept_.erase(kept);
    }
    const double x = std::get<double>(proposal.configuration.at("x"));
    const double y = std::get<double>(proposal.configuration.at("y"));
    if (failures_ && y > 0.95 && fold == 1) throw std::runtime_error("no memory");
    if (failures_ && y > 0.85 && proposal.epochs > 3) result.failure = "diverged";
    result.scores = {x + std::exp(-y * proposal.epochs) + 0.01 * static_cast<double>(fold)};
    result.train_scores = result.scores;
    result.epochs = proposal.epochs - trial.from;
    result.best_epoch = proposal.epochs;
    if (proposal.epochs == full_epochs_) return result;
    const std::lock_guard lock(mutex_);
    kept_[{trial.number, fold}] = proposal.epochs;
    most_kept_ = std::max(most_kept_, kept_.size());
    return result;
  }
  void forget(std::size_t trial) const override {
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const auto& entry) { return entry.first.first == trial; });
  }

  /// Fits that were to be continued and were not kept.
  std::size_t lost() const { return lost_; }
  std::size_t most_kept() const { return most_kept_; }
  std::size_t left_over() const { return kept_.size(); }

 private:
  bool failures_;
  int full_epochs_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<std::size_t, std::size_t>, int> kept_;
  mutable std::size_t lost_ = 0, most_kept_ = 0;
};

Made make(const std::string& name, int epochs, std::optional<std::size_t> trials = {}) {
  return Made(name,
              {tests::space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}}), epochs, {}, trials});
}

StudyRules rules(int epochs, std::size_t trials = 100'000) {
  return {.trials = trials,
          .seed = 7,
          .window = 8,
          .metric = {"mse", false},
          .target = std::nullopt,
          .epochs = epochs};
}

StudyResult run(const Made& made, const StudyRules& how, Executor& executor,
                const Objective& objective) {
  const std::atomic<bool> stop = false;
  return run_study(made.space(), *made, how, objective, executor, stop, [](const TrialRecord&) {});
}

StudyResult run(const Made& made, const StudyRules& how, int jobs = 2) {
  const auto executor = make_executor(jobs);
  return run(made, how, *executor, Curves());
}

std::string table(const StudyResult& result) {
  std::string text;
  for (const TrialRecord& record : result.records) {
    text += std::to_string(record.number) + ' ' + base::to_text(record.configuration) + ' ' +
            to_text(record.state) + ' ' + std::to_string(record.from) + '-' +
            std::to_string(record.budget) + ' ' + record.failure;
    if (record.parent) text += " from " + std::to_string(*record.parent);
    for (const FoldResult& fold : record.folds)
      text += ' ' + base::to_text(base::Value(fold.scores.at(0)));
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("brackets give the same table for 1, 2 and 8 jobs, and in any order") {
  for (const std::string name : {"halving", "hyperband"}) {
    const Made made = make(name, 27, 250);
    const std::string one = table(run(made, rules(27), 1));
    CHECK(std::ranges::count(one, '\n') > 100);
    CHECK(one.find("no memory") != std::string::npos);
    CHECK(one.find("diverged") != std::string::npos);
    for (const int jobs : {1, 2, 8}) CHECK(table(run(made, rules(27), jobs)) == one);
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      AnyOrder executor(8, seed);
      CHECK(table(run(make(name, 27, 250), rules(27), executor, Curves())) == one);
    }
  }
}

TEST_CASE("brackets that are cut anywhere are the start of the whole") {
  const std::string whole = table(run(make("hyperband", 27), rules(27)));
  base::Rng chance(5);
  for (int i = 0; i < 10; ++i) {
    const std::size_t cut = 1 + chance.below(60);
    INFO("after " << cut);
    CHECK(whole.starts_with(table(run(make("hyperband", 27), rules(27, cut), 3))));
  }
}

TEST_CASE("the epochs that are trained are those of the schedule, and the winner has all of them") {
  for (const auto& [epochs, expected, starts] :
       {std::tuple(81, 1581, 143), std::tuple(243, 6831, 415), std::tuple(100, 1944, 143)}) {
    AnyOrder executor(4, 1);
    const StudyResult result =
        run(make("hyperband", epochs), rules(epochs), executor, Curves(false));
    std::ptrdiff_t added = 0;
    for (const TrialRecord& record : result.records) {
      for (const FoldResult& fold : record.folds) CHECK(fold.epochs == record.budget - record.from);
      added += record.folds[0].epochs;
      const bool full = record.budget == epochs;
      CHECK(record.state == (full ? TrialRecord::State::complete : TrialRecord::State::pruned));
      REQUIRE(record.stage);
      CHECK((record.stage->rung == 0) == !record.parent);
    }
    CHECK(added == expected);
    CHECK(std::ranges::count_if(
              result.records, [](const TrialRecord& record) { return !record.parent; }) == starts);
    const TrialRecord& winner = result.records[ranking(result.records, {"mse", false}).front()];
    CHECK(winner.budget == epochs);
    for (const TrialRecord& record : result.records) {
      if (record.budget == epochs) CHECK(winner.mean(0) <= record.mean(0));
    }
  }
}

TEST_CASE("a fit is kept until it has been continued or cannot be any more") {
  for (const bool failures : {false, true}) {
    const Made made = make("hyperband", 27, 1000);
    const Curves curves(failures, 27);
    AnyOrder executor(4, 3);
    const StudyResult result = run(made, rules(27), executor, curves);
    CHECK(result.records.size() > 500);
    CHECK(curves.lost() == 0);
    // 27 in a bracket, two folds, and what the next bracket has begun.
    CHECK(curves.most_kept() < 200);
    CHECK(curves.left_over() == 0);
  }
}

TEST_CASE("only a trial with the full budget reaches the target") {
  StudyRules how = rules(27);
  how.target = 0.05;
  const StudyResult result = run(make("hyperband", 27, 1000), how);
  REQUIRE(!result.records.empty());
  CHECK(result.records.back().state == TrialRecord::State::complete);
  CHECK(result.records.back().mean(0) <= 0.05);
  for (const TrialRecord& record : result.records) {
    if (&record == &result.records.back()) continue;
    CHECK(!(record.state == TrialRecord::State::complete && record.mean(0) <= 0.05));
  }
  how.target = 0.002;
  how.trials = 60;
  // In the first rung some are below that, only not with all of their epochs.
  CHECK(run(make("hyperband", 27, 1000), how).records.size() == 60);
}
