// Where a table ends before its last trial.

#include "tuner/study/ending.hpp"

#include <atomic>
#include <cmath>

#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/tuner/report_study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Prefix, search::Proposal;

namespace {

TrialRecord record_of(double score, int epochs = 5, int budget = 5) {
  TrialRecord record = tests::complete(0, {}, {tests::fold_of(score, 0, 0, epochs)});
  record.budget = budget;
  return record;
}

/// The number of the trial at which the table ends; -1: none.
int end_of(const StudyRules& rules, const std::vector<TrialRecord>& records) {
  const search::Space space = tests::space_of({{"x", "real(0, 1)"}});
  Ending ending(rules, space);
  for (std::size_t i = 0; i < records.size(); ++i) {
    CHECK(ending.reason().empty());
    if (!ending.ends_with(records[i])) continue;
    CHECK(!ending.reason().empty());
    return static_cast<int>(i);
  }
  return -1;
}

class Draws : public search::Strategy {
 public:
  search::Move ask(const Prefix&, base::Rng rng) const override {
    return Proposal{{{"x", rng.uniform()}}, 3, std::nullopt};
  }
  bool adaptive() const override { return false; }
};

/// The score is x; small ones take fewer epochs, large ones fail.
class Value : public Objective {
 public:
  std::size_t folds() const override { return 2; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    FoldResult result;
    result.cancelled = cancelled();
    const double x = std::get<double>(trial.proposal.configuration.at("x"));
    if (fold == 1 && x > 0.9) result.failure = "too large";
    result.epochs = x < 0.5 ? 2 : 3;
    result.scores = result.train_scores = {x};
    return result;
  }
};

StudyResult run(const StudyRules& rules, Executor& executor) {
  const search::Space space = tests::space_of({{"x", "real(0, 1)"}});
  const std::atomic<bool> stop = false;
  return run_study(space, Draws(), rules, Value(), executor, stop, [](const TrialRecord&) {});
}

std::string table(const StudyResult& result) {
  std::string text = result.ending + '\n';
  for (const TrialRecord& record : result.records) {
    text += std::to_string(record.number) + ' ' + base::to_text(record.configuration) + ' ' +
            record.failure + '\n';
  }
  return text;
}

StudyRules rules() {
  StudyRules rules;
  rules.trials = 200;
  rules.metric = {"mse", false};
  rules.epochs = 3;
  return rules;
}

}  // namespace

TEST_CASE("epoch_limit counts what the folds of the table have trained") {
  StudyRules how = rules();
  how.epoch_limit = 12;
  CHECK(end_of(how, {record_of(1), record_of(1), record_of(1)}) == 2);
  CHECK(end_of(how, {record_of(1, 4), record_of(1, 4), record_of(1, 4), record_of(1)}) == 2);
  CHECK(end_of(how, {record_of(1, 4), tests::failed(0, {}, "diverged"), record_of(1, 4)}) == -1);
}

TEST_CASE("stall_limit counts trials that would not rank first") {
  StudyRules how = rules();
  how.stall_limit = 2;
  CHECK(end_of(how, {record_of(3), record_of(3), record_of(2), record_of(4), record_of(2)}) == 4);
  CHECK(end_of(how, {record_of(3), record_of(3), record_of(3), record_of(2)}) == 2);
  const TrialRecord fails = tests::failed(0, {}, "diverged");
  CHECK(end_of(how, {fails, fails, fails, record_of(3), fails, record_of(2)}) == -1);
  CHECK(end_of(how, {record_of(3), fails, fails, record_of(2)}) == 2);
  // More epochs are better, and then fewer are never.
  CHECK(end_of(how, {record_of(1, 1, 1), record_of(2, 1, 1), record_of(3, 3, 3), record_of(1, 1, 1),
                     record_of(1, 1, 1)}) == 4);
  how.metric.maximize = true;
  CHECK(end_of(how, {record_of(1), record_of(2), record_of(3), record_of(4)}) == -1);
}

TEST_CASE("improvement_limit ends a table once nothing more is to be expected") {
  StudyRules how = rules();
  how.improvement_limit = 0.1;
  tests::AnyOrder first(1, 0);
  const StudyResult one = run(how, first);
  CHECK(one.ending == "less than improvement_limit is expected of a further trial");
  CHECK((one.records.size() >= 20 && one.records.size() < 60));
  for (const int jobs : {2, 8}) CHECK(table(run(how, *make_executor(jobs))) == table(one));
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    tests::AnyOrder executor(8, seed);
    CHECK(table(run(how, executor)) == table(one));
  }
  // One that asks for less looks longer; failures, and trials without all epochs, do not count.
  how.improvement_limit = 1e-9;
  CHECK(run(how, *make_executor(2)).records.size() > one.records.size());
  const TrialRecord fails = tests::failed(0, {{"x", 0.5}}, "diverged");
  TrialRecord pruned = record_of(1);
  pruned.state = TrialRecord::State::pruned;
  std::vector<TrialRecord> none(60, fails);
  none.insert(none.end(), 60, pruned);
  CHECK(end_of(how, none) == -1);
}

TEST_CASE("rules end a table at the same trial for any number of jobs, in any order") {
  for (const bool by_epochs : {true, false}) {
    StudyRules how = rules();
    if (by_epochs) how.epoch_limit = 100;
    if (!by_epochs) how.stall_limit = 15;
    tests::AnyOrder first(1, 0);
    const StudyResult one = run(how, first);
    CHECK(!one.interrupted);
    CHECK(one.ending == (by_epochs ? "the epochs of epoch_limit are trained"
                                   : "no trial of the last 15 was better"));
    CHECK((one.records.size() > 15 && one.records.size() < 60));
    for (const int jobs : {2, 8}) CHECK(table(run(how, *make_executor(jobs))) == table(one));
    for (std::uint64_t seed = 1; seed < 4; ++seed) {
      tests::AnyOrder executor(8, seed);
      CHECK(table(run(how, executor)) == table(one));
    }
    // The start of the longer table.
    how.epoch_limit.reset();
    how.stall_limit.reset();
    const StudyResult whole = run(how, *make_executor(2));
    CHECK(whole.records.size() == 200);
    CHECK(whole.ending.empty());
    for (std::size_t i = 0; i < one.records.size(); ++i) {
      CHECK(one.records[i].configuration == whole.records[i].configuration);
    }
  }
}
