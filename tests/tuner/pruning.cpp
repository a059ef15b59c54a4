// Trials that are ended early: by the estimator, and in the study's loop.

#include <algorithm>
#include <atomic>
#include <mutex>

#include "tests/support/any_order.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/tuner/spec_support.hpp"
#include "tuner/study/estimator.hpp"
#include "tuner/study/study.hpp"

using namespace tune;
using namespace tune::tuner;
using search::Folds, search::Judge, search::Prefix, search::Proposal, search::Pruner,
    search::Verdict;

namespace {

bool never() {
  return false;
}

/// A verdict with a reason, if it is one.
Verdict verdict(bool ends, const char* reason) {
  return ends ? Verdict(reason) : std::nullopt;
}

/// Ends one fold after so many epochs, and keeps the curves that it was shown.
class EndsAt : public Judge {
 public:
  EndsAt(std::size_t fold, std::size_t epochs) : fold_(fold), epochs_(epochs) {}
  Verdict ends_after_epoch(std::size_t fold, std::span<const float> curve) const override {
    const std::lock_guard lock(mutex_);
    shown.emplace_back(curve.begin(), curve.end());
    return verdict(fold == fold_ && curve.size() == epochs_, "its time has come");
  }
  mutable std::vector<std::vector<float>> shown;

 private:
  std::size_t fold_, epochs_;
  mutable std::mutex mutex_;
};

constexpr std::size_t kNowhere = 999;

Spec spec(const std::string& study = {}, const std::string& training = {}) {
  return spec_of("[study]\n" + study +
                 "[data]\ngenerator = friedman1(90, noise=1)\n[cv]\nfolds = 3\n[training]\n"
                 "epochs = 9\nbatch = 16\n" +
                 training + "[space]\nn_neurons = int(4, 12)\n");
}

Estimator estimator_of(const Spec& from, std::size_t bytes = 0) {
  return {from, load_dataset(from.data(), from.folder(), base::Rng(1)), bytes};
}

Trial trial_of(int epochs, std::shared_ptr<const Judge> judge) {
  return {.number = 0,
          .proposal = {{{"n_neurons", std::int64_t{7}}}, epochs, std::nullopt},
          .judge = std::move(judge)};
}

/// Two folds of as many epochs as are wanted, the loss of x; the later fold is quick.
class Steps : public Objective {
 public:
  std::size_t folds() const override { return 3; }
  FoldResult evaluate(const Trial& trial, std::size_t fold,
                      const std::function<bool()>& cancelled) const override {
    FoldResult result;
    result.cancelled = cancelled();
    if (result.cancelled) return result;
    const double x = std::get<double>(trial.proposal.configuration.at("x"));
    std::vector<float> curve;
    for (int epoch = 1; epoch <= trial.proposal.epochs && !result.pruned; ++epoch) {
      result.history.push_back({{"val_loss", x}});
      curve.push_back(static_cast<float>(x));
      if (epoch == trial.proposal.epochs || !trial.judge) continue;
      if (const Verdict verdict = trial.judge->ends_after_epoch(fold, curve)) {
        result.pruned = epoch;
        result.verdict = *verdict;
      }
    }
    result.epochs = static_cast<int>(curve.size());
    result.scores = result.train_scores = {x};
    return result;
  }
};

/// Always the same judge. It keeps what it was asked with.
class Fixed : public Pruner {
 public:
  /// Of x: after so many epochs of a fold, or after so many folds.
  struct Rule {
    double above = 2;
    std::size_t fold = 0, epochs = kNowhere, folds = kNowhere;
  };
  explicit Fixed(std::vector<Rule> rules) : rules_(std::move(rules)) {}

  std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds&) const override {
    seen.emplace_back(prefix.size(), prefix.known());
    return std::make_unique<ByRules>(rules_);
  }

  mutable std::vector<std::pair<std::size_t, std::size_t>> seen;

 private:
  class ByRules : public Judge {
   public:
    explicit ByRules(std::vector<Rule> rules) : rules_(std::move(rules)) {}
    Verdict ends_after_epoch(std::size_t fold, std::span<const float> curve) const override {
      const bool ends = std::ranges::any_of(rules_, [&](const Rule& rule) {
        return curve.back() > rule.above && fold == rule.fold && curve.size() == rule.epochs;
      });
      return verdict(ends, "an epoch");
    }
    Verdict ends_after_folds(std::span<const double> scores) const override {
      const bool ends = std::ranges::any_of(rules_, [&](const Rule& rule) {
        return scores.back() > rule.above && scores.size() == rule.folds;
      });
      return verdict(ends, "a fold");
    }

   private:
    std::vector<Rule> rules_;
  };

  std::vector<Rule> rules_;
};

/// A draw each, whatever comes out; some look at nothing, one says that it does.
class Draws : public search::Strategy {
 public:
  search::Move ask(const Prefix&, base::Rng rng) const override {
    return Proposal{{{"x", rng.uniform()}}, 10, std::nullopt};
  }
  bool adaptive() const override { return false; }
};

StudyResult run(const Pruner& pruner, Executor& executor, std::size_t trials = 30) {
  const search::Space space = tests::space_of({{"x", "real(0, 1)"}});
  StudyRules rules;
  rules.trials = trials;
  rules.window = 4;
  rules.metric = {"mse", false};
  rules.epochs = 10;
  rules.pruner = &pruner;
  const std::atomic<bool> stop = false;
  return run_study(space, Draws(), rules, Steps(), executor, stop, [](const TrialRecord&) {});
}

}  // namespace

TEST_CASE("a judge sees the validation loss of each epoch but the last, and can end the fit") {
  const Spec from = spec();
  const Estimator estimator = estimator_of(from);
  const FoldResult whole = estimator.evaluate(trial_of(9, nullptr), 1, never);
  const auto watching = std::make_shared<EndsAt>(1, kNowhere);
  const FoldResult watched = estimator.evaluate(trial_of(9, watching), 1, never);
  CHECK(watched.history == whole.history);
  CHECK(!watched.pruned);
  REQUIRE(watching->shown.size() == 8);
  const std::vector<float> curve = whole.monitored();
  REQUIRE(curve.size() == 9);
  CHECK(watching->shown.back() == std::vector<float>(curve.begin(), curve.end() - 1));

  const FoldResult ended =
      estimator.evaluate(trial_of(9, std::make_shared<EndsAt>(1, 4)), 1, never);
  CHECK(ended.pruned == 4);
  CHECK(ended.verdict == "its time has come");
  CHECK(ended.epochs == 4);
  CHECK(ended.ends_trial());
  CHECK(ended.failure.empty());
  REQUIRE(ended.history.size() == 4);
  CHECK(std::equal(ended.history.begin(), ended.history.end(), whole.history.begin()));
  REQUIRE(ended.scores.size() == 1);
  CHECK(ended.scores == estimator.evaluate(trial_of(4, nullptr), 1, never).scores);
  // Another fold goes on.
  CHECK(!estimator.evaluate(trial_of(9, std::make_shared<EndsAt>(1, 4)), 0, never).pruned);
}

TEST_CASE("a fit that ends by itself is not ended by its judge") {
  const Spec from = spec("", "patience = 0\nmin_delta = 1000\n");
  const Estimator estimator = estimator_of(from);
  const FoldResult result =
      estimator.evaluate(trial_of(9, std::make_shared<EndsAt>(0, 2)), 0, never);
  CHECK(result.epochs == 2);
  CHECK(!result.pruned);
}

TEST_CASE("a trial that goes on is judged by its whole curve, kept in memory or trained again") {
  const Spec from = spec("strategy = halving\n");
  for (const std::size_t bytes : {std::size_t{1} << 30, std::size_t{0}}) {
    const Estimator estimator = estimator_of(from, bytes);
    const FoldResult first = estimator.evaluate(trial_of(3, nullptr), 0, never);
    const auto judge = std::make_shared<EndsAt>(0, 7);
    Trial second = trial_of(9, judge);
    second.number = 1;
    second.from = 3;
    second.proposal.parent = 0;
    second.curves = {first.monitored(), {}, {}};
    const FoldResult ended = estimator.evaluate(second, 0, never);
    CHECK(ended.pruned == 7);
    CHECK(ended.epochs == 4);
    REQUIRE(judge->shown.size() == 4);
    const std::vector<float> whole = estimator.evaluate(trial_of(9, nullptr), 0, never).monitored();
    CHECK(judge->shown.front() == std::vector<float>(whole.begin(), whole.begin() + 4));
    CHECK(judge->shown.back() == std::vector<float>(whole.begin(), whole.begin() + 7));
    // What has been ended cannot be continued.
    if (bytes > 0) CHECK(estimator.checkpoint_bytes() == 0);
  }
}

TEST_CASE("the first fold in order that is pruned decides, and later ones are dropped") {
  const Fixed pruner({{.above = 0.5, .fold = 1, .epochs = 6},
                      {.above = 0.5, .fold = 2, .epochs = 1},
                      {.above = 0.8, .folds = 1}});
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    tests::AnyOrder executor(8, seed);
    const StudyResult result = run(pruner, executor);
    REQUIRE(result.records.size() == 30);
    std::size_t raced = 0;
    for (const TrialRecord& record : result.records) {
      const double x = std::get<double>(record.configuration.at("x"));
      CHECK(record.mean(0) == Approx(x));
      if (x <= 0.5) {
        CHECK(record.state == TrialRecord::State::complete);
        CHECK(record.folds.size() == 3);
        CHECK(record.budget == 10);
      } else if (x <= 0.8) {
        CHECK(record.state == TrialRecord::State::pruned);
        REQUIRE(record.folds.size() == 2);
        CHECK(record.folds[1].pruned == 6);
        CHECK(record.folds[1].verdict == "an epoch");
        CHECK(record.budget == 5);  // 10, 6 and 0
      } else {
        CHECK(record.state == TrialRecord::State::pruned);
        REQUIRE(record.folds.size() == 1);
        CHECK(record.folds[0].pruned == 10);
        CHECK(record.folds[0].verdict == "a fold");
        CHECK(record.folds[0].epochs == 10);
        CHECK(record.budget == 3);
        ++raced;
      }
    }
    CHECK(raced > 0);
    // Those that got further are better, the better score first among equals.
    double before = 0;
    for (const std::size_t i : ranking(result.records, {"mse", false})) {
      const TrialRecord& record = result.records[i];
      const double key = 100 - record.budget + record.mean(0);
      CHECK(key > before);
      before = key;
    }
  }
}

TEST_CASE("with a pruner a strategy that looks at nothing has a window too") {
  const Fixed pruner({});
  const auto executor = make_executor(8);
  run(pruner, *executor, 12);
  REQUIRE(pruner.seen.size() == 12);
  for (std::size_t n = 0; n < 12; ++n) {
    CHECK(pruner.seen[n] == std::pair(n + 1, n < 4 ? std::size_t{0} : n + 1 - 4));
  }
}

TEST_CASE("a pruner keeps rows to watch unless it is told otherwise") {
  const auto validated = [](const std::string& study, const std::string& training) {
    return !estimator_of(spec(study, training)).partition().folds[0].validation.empty();
  };
  CHECK(!validated("", "patience = none\n"));
  CHECK(validated("pruner = median\n", "patience = none\n"));
  CHECK(!validated("pruner = racing\n", "patience = none\n"));
}

TEST_CASE("the study of the winner alone is without the pruner, on the same rows") {
  const Spec from = spec("pruner = threshold\npruner_upper = 3\n", "patience = none\n");
  const Spec pinned = spec_of(from.pinned_to({{"n_neurons", std::int64_t{5}}}));
  CHECK(pinned.pruner() == nullptr);
  CHECK(!estimator_of(pinned).partition().folds[0].validation.empty());
}
