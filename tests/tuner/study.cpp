#include "tuner/study/study.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Domain, search::Move, search::Prefix, search::Proposal, search::Space;

namespace {

Space line_space() {
  return Space({{"x", search::Real{0, 1}, {}}}, {});
}

/// Draws at random, or a step beside the best outcome that it can see: what it proposes depends on
/// everything that it is shown.
class Climber : public search::Strategy {
 public:
  Move ask(const Prefix& prefix, base::Rng rng) const override {
    double best = 2, at = rng.uniform();
    for (std::size_t i = 0; i < prefix.known(); ++i) {
      const search::Outcome outcome = prefix.outcome(i);
      const auto* scored = std::get_if<search::Scored>(&outcome);
      if (scored == nullptr || scored->score >= best) continue;
      best = scored->score;
      at = std::fmod(prefix.row(i)[0] + 0.1 * rng.uniform(), 1.0);
    }
    return Proposal{{{"x", at}}, 1, std::nullopt};
  }
  bool adaptive() const override { return true; }
};

/// Pairs: proposes two trials, waits for both, proposes the better one again with more epochs.
class Pairs : public search::Strategy {
 public:
  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const std::size_t n = prefix.size();
    if (n % 3 != 2) return Proposal{{{"x", rng.uniform()}}, 1, std::nullopt};
    if (prefix.known() < n) return search::Wait{};
    const auto score = [&](std::size_t i) {
      const search::Outcome outcome = prefix.outcome(i);
      const auto* scored = std::get_if<search::Scored>(&outcome);
      return scored == nullptr ? 1e9 : scored->score;
    };
    const std::size_t better = score(n - 2) <= score(n - 1) ? n - 2 : n - 1;
    return Proposal{prefix.proposal(better).configuration, 3, better};
  }
  bool adaptive() const override { return false; }
};

class Waits : public search::Strategy {
 public:
  Move ask(const Prefix&, base::Rng) const override { return search::Wait{}; }
  bool adaptive() const override { return false; }
};

/// A function of x and the fold, with no clock in it. Trials around 0.5 fail in their second fold.
class Parabola : public Objective {
 public:
  std::size_t folds() const override { return 3; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    const Proposal& proposal = trial.proposal;
    FoldResult result;
    result.cancelled = cancelled();
    if (result.cancelled) return result;
    const double x = std::get<double>(proposal.configuration.at("x"));
    if (fold >= 1 && std::abs(x - 0.5) < 0.05)
      throw std::runtime_error("fold " + std::to_string(fold) + " failed");
    result.scores = {(x - 0.3) * (x - 0.3) + 0.001 * static_cast<double>(fold)};
    result.train_scores = result.scores;
    result.epochs = result.best_epoch = proposal.epochs;
    return result;
  }
};

StudyRules rules(std::size_t trials) {
  return {
      .trials = trials, .seed = 7, .window = 4, .metric = {"mse", false}, .target = std::nullopt};
}

StudyResult run(const search::Strategy& strategy, const StudyRules& how, int jobs) {
  const Space space = line_space();
  const auto executor = make_executor(jobs);
  const std::atomic<bool> stop = false;
  return run_study(space, strategy, how, Parabola(), *executor, stop, [](const TrialRecord&) {});
}

/// All that must not depend on the number of jobs, as one text.
std::string table(const StudyResult& result) {
  std::string text;
  for (const TrialRecord& record : result.records) {
    text += std::to_string(record.number) + ' ' + base::to_text(record.configuration) + ' ' +
            record.failure;
    for (const FoldResult& fold : record.folds)
      text += ' ' + base::to_text(base::Value(fold.scores.at(0)));
    text += '\n';
  }
  return text;
}

}  // namespace

TEST_CASE("the table is the same for 1, 2 and 8 jobs, twice") {
  const Climber climber;
  const Pairs pairs;
  for (const search::Strategy* strategy : {static_cast<const search::Strategy*>(&climber),
                                           static_cast<const search::Strategy*>(&pairs)}) {
    const std::string one = table(run(*strategy, rules(60), 1));
    CHECK(std::count(one.begin(), one.end(), '\n') == 60);
    for (const int jobs : {1, 2, 8}) CHECK(table(run(*strategy, rules(60), jobs)) == one);
  }
}

TEST_CASE("records can be had one by one in the order of the table") {
  const std::string whole = table(run(Climber(), rules(40), 1));
  for (const int jobs : {1, 4}) {
    const Space space = line_space();
    const auto executor = make_executor(jobs);
    const std::atomic<bool> stop = false;
    StudyResult streamed;
    const StudyResult result = run_study(
        space, Climber(), rules(40), Parabola(), *executor, stop, [](const TrialRecord&) {},
        {.table = [&](const TrialRecord& record) { streamed.records.push_back(record); }});
    CHECK(result.records.empty());
    CHECK(table(streamed) == whole);
  }
}

TEST_CASE("a shorter study is the start of a longer one") {
  const std::string shorter = table(run(Climber(), rules(20), 3)),
                    longer = table(run(Climber(), rules(40), 2));
  CHECK(longer.starts_with(shorter));
}

TEST_CASE("an adaptive strategy sees exactly what the window lets it see") {
  class Spy : public search::Strategy {
   public:
    Move ask(const Prefix& prefix, base::Rng rng) const override {
      seen.emplace_back(prefix.size(), prefix.known());
      return Proposal{{{"x", rng.uniform()}}, 1, std::nullopt};
    }
    bool adaptive() const override { return true; }
    mutable std::vector<std::pair<std::size_t, std::size_t>> seen;
  } spy;
  run(spy, rules(10), 8);
  for (const auto& [size, known] : spy.seen) CHECK(known == (size < 4 ? 0 : size + 1 - 4));
  CHECK(spy.seen.size() == 10);
}

TEST_CASE("waiting sees one outcome more at a time, and none is skipped") {
  class Counter : public search::Strategy {
   public:
    Move ask(const Prefix& prefix, base::Rng rng) const override {
      if (prefix.size() == last_size_) {
        CHECK(prefix.known() == last_known_ + 1);
      }
      last_size_ = prefix.size();
      last_known_ = prefix.known();
      if (prefix.size() == 6 && prefix.known() < 6) return search::Wait{};
      return Proposal{{{"x", rng.uniform()}}, 1, std::nullopt};
    }
    bool adaptive() const override { return false; }

   private:
    mutable std::size_t last_size_ = 99, last_known_ = 0;
  } counter;
  CHECK(run(counter, rules(8), 4).records.size() == 8);
}

TEST_CASE("a strategy that waits for nothing is an error") {
  CHECK_THROWS_AS(run(Waits(), rules(3), 2), std::logic_error);
}

TEST_CASE("what a strategy throws ends the study, tasks and all") {
  class Throws : public Climber {
   public:
    Move ask(const Prefix& prefix, base::Rng rng) const override {
      if (prefix.size() == 5) throw base::InputError("no more");
      return Climber::ask(prefix, rng);
    }
  };
  CHECK_THROWS_AS(run(Throws(), rules(20), 4), base::InputError);
}

TEST_CASE("the first fold that fails decides a trial, and the later ones are dropped") {
  class Fails : public Objective {
   public:
    std::size_t folds() const override { return 4; }
    FoldResult evaluate(const Trial&, std::size_t fold,
                        const std::function<bool()>&) const override {
      FoldResult result;
      result.scores = result.train_scores = {fold == 2 ? std::nan("") : 1.0};
      if (fold == 3) result.failure = "the last fold";
      return result;
    }
  };
  const Space space = line_space();
  const std::atomic<bool> stop = false;
  for (const int jobs : {1, 4}) {
    const auto executor = make_executor(jobs);
    const StudyResult result =
        run_study(space, Climber(), rules(5), Fails(), *executor, stop, [](const TrialRecord&) {});
    REQUIRE(result.records.size() == 5);
    for (const TrialRecord& record : result.records) {
      CHECK(record.state == TrialRecord::State::failed);
      CHECK(record.failure == "a score is not finite");
      CHECK(record.folds.size() == 2);
      CHECK(std::isnan(record.mean(0)));
    }
  }
}

TEST_CASE("the first trial that reaches the target ends the table, for any number of jobs") {
  StudyRules how = rules(200);
  how.target = 0.002;
  const StudyResult one = run(Climber(), how, 1);
  REQUIRE(!one.records.empty());
  CHECK(one.records.size() < 200);
  CHECK(!one.interrupted);
  for (const TrialRecord& record : one.records) {
    const bool last = &record == &one.records.back();
    CHECK((record.state == TrialRecord::State::complete && record.mean(0) <= 0.002) == last);
  }
  CHECK(table(run(Climber(), how, 8)) == table(one));
}

TEST_CASE("a study that is stopped keeps the start of its table") {
  const Space space = line_space();
  std::atomic<bool> stop = false;
  const auto executor = make_executor(4);
  std::size_t ended = 0;
  const StudyResult result = run_study(space, Climber(), rules(1000), Parabola(), *executor, stop,
                                       [&](const TrialRecord&) {
                                         if (++ended == 10) stop = true;
                                       });
  CHECK(result.interrupted);
  CHECK(result.records.size() < 30);
  CHECK(table(run(Climber(), rules(1000), 2)).starts_with(table(result)));
}

TEST_CASE("the listener hears of each trial once") {
  const Space space = line_space();
  const std::atomic<bool> stop = false;
  const auto executor = make_executor(3);
  std::multiset<std::size_t> heard;
  run_study(space, Climber(), rules(50), Parabola(), *executor, stop,
            [&](const TrialRecord& record) { heard.insert(record.number); });
  CHECK(heard.size() == 50);
  CHECK(std::set<std::size_t>(heard.begin(), heard.end()).size() == 50);
}

TEST_CASE("the executor runs every task before it is gone") {
  for (const int jobs : {1, 2, 5}) {
    std::atomic<int> ran = 0;
    {
      const auto executor = make_executor(jobs);
      CHECK(executor->jobs() == jobs);
      for (int i = 0; i < 1000; ++i) executor->submit(i % 7, [&] { ++ran; });
    }
    CHECK(ran == 1000);
  }
}

TEST_CASE("of the tasks that wait the costliest is next, of equal ones the first") {
  std::promise<void> gate;
  std::vector<int> order;
  {
    const auto executor = make_executor(1);
    executor->submit(0, [&] { gate.get_future().wait(); });
    const double costs[] = {1, 5, 0, 5, 3};
    for (int i = 0; i < 5; ++i) executor->submit(costs[i], [&, i] { order.push_back(i); });
    gate.set_value();
  }
  // The thread may have taken nothing yet when the others came: then the gate, which costs nothing,
  // stands before the other task that costs nothing.
  CHECK(order == std::vector{1, 3, 4, 0, 2});
}

TEST_CASE("tasks run at the same time on as many threads as there are jobs") {
  // Each task waits until the other one runs too: with one thread this would never end.
  std::mutex mutex;
  std::condition_variable both;
  int running = 0;
  {
    const auto executor = make_executor(2);
    for (int i = 0; i < 2; ++i) {
      executor->submit(0, [&] {
        std::unique_lock lock(mutex);
        ++running;
        both.notify_all();
        both.wait(lock, [&] { return running == 2; });
      });
    }
  }
  CHECK(running == 2);
}
