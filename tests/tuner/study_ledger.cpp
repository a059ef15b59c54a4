// What the loop does with a ledger: when trials begin, whose outcome counts, what is given back.

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>

#include "search/base/error.hpp"
#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tuner/study/study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Move, search::Prefix, search::Proposal, search::Space;

namespace {

const Space kSpace({{"x", search::Real{0, 1}, {}}}, {});

/// Proposes the sum of what it can see and something of its own: every outcome that counts shows.
class Sums : public search::Strategy {
 public:
  Move ask(const Prefix& prefix, base::Rng rng) const override {
    double x = rng.uniform();
    for (std::size_t i = 0; i < prefix.known(); ++i) {
      const search::Outcome outcome = prefix.outcome(i);
      const auto* scored = std::get_if<search::Scored>(&outcome);
      x += scored == nullptr ? 0.125 : scored->score;
    }
    return Proposal{{{"x", x - static_cast<double>(static_cast<int>(x))}}, 1, std::nullopt};
  }
  bool adaptive() const override { return true; }
};

/// Its value is x; the trial that it is told fails. What `at` does happens in every fold.
struct Identity : Objective {
  std::size_t folds() const override { return 2; }
  FoldResult evaluate(const Trial& trial, std::size_t,
                      const std::function<bool()>&) const override {
    if (at) at(trial.number);
    FoldResult result;
    if (trial.number == fails) result.failure = "as told";
    result.scores = {std::get<double>(trial.proposal.configuration.at("x"))};
    result.train_scores = result.scores;
    result.epochs = result.best_epoch = 1;
    return result;
  }

  std::size_t fails = static_cast<std::size_t>(-1);
  std::function<void(std::size_t)> at;
};

/// Sees which trials run, from their beginning to their record.
class Watching : public tests::MemoryLedger {
 public:
  int attempts(std::size_t number) const override { return suspects.contains(number) ? 2 : 0; }
  void begin(std::size_t number) override {
    const std::lock_guard lock(mutex_);
    if (number == fails_at) throw std::runtime_error("the store is away");
    begun.insert(number);
    running_.insert(number);
    for (const std::size_t suspect : suspects) {
      if (running_.contains(suspect) && running_.size() > 1) crowded = true;
    }
  }
  std::vector<std::size_t> record(std::span<const TrialRecord> records) override {
    const std::lock_guard lock(mutex_);
    for (const TrialRecord& record : records) running_.erase(record.number);
    return MemoryLedger::record(records);
  }
  void release() override { ++released; }
  bool has_begun(std::size_t number) {
    const std::lock_guard lock(mutex_);
    return begun.contains(number);
  }

  std::set<std::size_t> suspects;
  std::size_t fails_at = static_cast<std::size_t>(-1);
  std::multiset<std::size_t> begun;
  bool crowded = false;
  int released = 0;

 private:
  std::mutex mutex_;
  std::set<std::size_t> running_;
};

/// One in which a trial turns out to be recorded as failed by another process.
class Overtaken : public tests::MemoryLedger {
 public:
  explicit Overtaken(std::size_t number) : number_(number) {}
  std::optional<TrialRecord> take(std::size_t number) override {
    return number == number_ ? theirs_ : MemoryLedger::take(number);
  }
  std::vector<std::size_t> record(std::span<const TrialRecord> records) override {
    std::vector<std::size_t> before;
    for (const TrialRecord& record : records) {
      if (record.number != number_) {
        MemoryLedger::record({&record, 1});
        continue;
      }
      theirs_ = record;
      theirs_->state = TrialRecord::State::failed;
      theirs_->failure = "as told";
      theirs_->folds.clear();
      before.push_back(number_);
    }
    return before;
  }

 private:
  const std::size_t number_;
  std::optional<TrialRecord> theirs_;
};

StudyRules rules(std::size_t trials) {
  return {
      .trials = trials, .seed = 7, .window = 6, .metric = {"mse", false}, .target = std::nullopt};
}

StudyResult run(
    const Objective& objective, Executor& executor, Recording recording,
    const search::Strategy& strategy = Sums(),
    const TrialListener& listener = [](const TrialRecord&) {}) {
  const std::atomic<bool> stop = false;
  return run_study(kSpace, strategy, rules(30), objective, executor, stop, listener, recording);
}

std::string table(const StudyResult& result) {
  std::string text;
  for (const TrialRecord& record : result.records) {
    text += base::to_text(record.configuration) + ' ' + record.failure + '\n';
  }
  return text;
}

/// Of a study with one job and no ledger.
std::string table_of(const Objective& objective) {
  return table(run(objective, *make_executor(1), {}));
}

}  // namespace

TEST_CASE("a trial is begun in the ledger once, before any of its folds runs") {
  for (const int jobs : {1, 4}) {
    Watching ledger;
    std::atomic<int> early = 0;
    Identity objective;
    objective.at = [&](std::size_t number) { early += ledger.has_begun(number) ? 0 : 1; };
    const auto executor = make_executor(jobs);
    CHECK(run(objective, *executor, {&ledger}).records.size() == 30);
    CHECK(early == 0);
    CHECK(ledger.begun.size() == 30);
    CHECK(std::set<std::size_t>(ledger.begun.begin(), ledger.begun.end()).size() == 30);
  }
}

TEST_CASE("a trial that was recorded elsewhere meanwhile counts as it is recorded") {
  Identity failing;
  failing.fails = 5;
  const std::string with_failure = table_of(failing);
  REQUIRE(with_failure != table_of(Identity()));
  for (const int jobs : {1, 4}) {
    const auto executor = make_executor(jobs);
    Overtaken ledger(5);
    std::vector<std::size_t> elsewhere;
    std::size_t here = 0;
    const StudyResult result =
        run(Identity(), *executor,
            {&ledger, [&](const TrialRecord& record) { elsewhere.push_back(record.number); }},
            Sums(), [&](const TrialRecord&) { ++here; });
    CHECK(table(result) == with_failure);
    CHECK(elsewhere == std::vector<std::size_t>{5});
    CHECK(here == 29);
  }
}

TEST_CASE("a trial that has ended processes before runs with nothing beside it") {
  const std::string whole = table_of(Identity());
  for (const std::set<std::size_t>& suspects :
       std::vector<std::set<std::size_t>>{{0}, {3}, {4, 5}, {29}}) {
    Watching ledger;
    ledger.suspects = suspects;
    tests::AnyOrder executor(4, 3);
    CHECK(table(run(Identity(), executor, {&ledger})) == whole);
    CHECK(!ledger.crowded);
  }
}

TEST_CASE("what has been claimed is given back however the study ends") {
  struct Throws : Sums {
    Move ask(const Prefix& prefix, base::Rng rng) const override {
      if (prefix.size() == 9) throw base::InputError("no more");
      return Sums::ask(prefix, rng);
    }
  };
  const auto executor = make_executor(3);
  Watching whole, broken, away;
  run(Identity(), *executor, {&whole});
  CHECK(whole.released == 1);
  CHECK_THROWS_AS(run(Identity(), *executor, {&broken}, Throws()), base::InputError);
  CHECK(broken.released == 1);
  away.fails_at = 7;
  CHECK_THROWS_WITH(run(Identity(), *executor, {&away}), "the store is away");
  CHECK(away.released == 1);
  CHECK(!away.has_begun(29));
}
