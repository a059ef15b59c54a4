#include <cmath>
#include <limits>

#include "search/base/rng.hpp"
#include "search/pruner.hpp"
#include "search/pruners/racing.hpp"
#include "search/pruners/reference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune::search;
using tune::base::Configuration;
using tune::base::InputError;
using tune::base::Reader;
using tune::base::Rng;

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
using Curve = std::vector<float>;

std::unique_ptr<const Pruner> make(const std::string& name, const Configuration& options = {}) {
  return pruners().at(name).make(Reader(options, pruners().at(name).keys));
}

std::string refusal(const std::string& name, const Configuration& options) {
  try {
    make(name, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

/// Trials of a space without parameters.
struct Study {
  Space space;
  Trials trials{space};

  /// A trial of one fold that had all its epochs.
  std::size_t complete(int epochs, const Curve& curve, std::optional<std::size_t> parent = {}) {
    return add(epochs, Scored{curve.back()}, {{curve.back(), curve}}, parent);
  }
  /// One that has these scores on its folds.
  std::size_t scored(int epochs, const std::vector<double>& scores) {
    std::vector<Course> courses;
    double mean = 0;
    for (const double score : scores) {
      courses.push_back({score, {}});
      mean += score / static_cast<double>(scores.size());
    }
    return add(epochs, Scored{mean}, courses);
  }
  std::size_t add(int epochs, Outcome outcome, std::vector<Course> courses = {},
                  std::optional<std::size_t> parent = {}) {
    const std::size_t trial = trials.add({{}, epochs, parent});
    trials.finish(trial, std::move(outcome), std::move(courses));
    return trial;
  }
  /// The judge of one trial more, which sees `known` outcomes, or all.
  std::unique_ptr<const Judge> judge(const Pruner& pruner, int epochs, const Folds& folds = {},
                                     std::optional<std::size_t> known = {}) {
    Trials more = trials;
    more.add({{}, epochs, std::nullopt});
    return pruner.judge({more, known.value_or(trials.size()), more.size()}, folds);
  }
};

std::vector<float> values(const Reference& reference, std::size_t step) {
  return reference.at(0, step);
}

/// Does a curve end by the judge, after all of its epochs?
bool ends(const std::unique_ptr<const Judge>& judge, const Curve& curve, std::size_t fold = 0) {
  return judge != nullptr && judge->ends_after_epoch(fold, curve).has_value();
}

const Configuration kAtOnce = {{"pruner_n_startup_trials", std::int64_t{1}}};

}  // namespace

TEST_CASE("percentiles are numpy's") {
  // numpy.percentile([1, 2, 4, 8], [0, 25, 50, 90, 100])
  const SortedValues four = {1, 2, 4, 8};
  CHECK(percentile_of(four, 0) == 1);
  CHECK(percentile_of(four, 25) == 1.75);
  CHECK(percentile_of(four, 50) == 3);
  CHECK(percentile_of(four, 90) == Approx(6.8));
  CHECK(percentile_of(four, 100) == 8);
  CHECK(percentile_of({5}, 30) == 5);
}

TEST_CASE("a reference holds the trials that had all their epochs, at each epoch") {
  Study study;
  study.complete(3, {3, 2, 1});
  study.complete(3, {4, kNaN, 2});
  study.add(3, Pruned{0, 1}, {{0, {0}}});
  study.add(3, Failed{"diverged"});
  study.add(9, Pruned{5, 9}, {{5, {9, 8, 7, 6, 5}}});  // ended by itself
  Reference reference;
  const Prefix prefix(study.trials, 5, 5);
  for (std::size_t trial = 0; trial < 5; ++trial) reference.read(prefix, trial);
  CHECK(reference.trials() == 3);
  CHECK(values(reference, 0) == Curve{3, 4, 9});
  CHECK(values(reference, 1) == Curve{2, 8});
  CHECK(values(reference, 2) == Curve{1, 2, 7});
  CHECK(values(reference, 4) == Curve{5});
  CHECK(values(reference, 100) == Curve{5});
}

TEST_CASE("what ended by itself stands for later epochs, before and after they are known") {
  for (const bool longer_first : {true, false}) {
    Study study;
    if (longer_first) study.complete(5, {1, 1, 1, 1, 1});
    study.complete(5, {3, 2});
    if (!longer_first) study.complete(5, {1, 1, 1, 1, 1});
    Reference reference;
    const Prefix prefix(study.trials, 2, 2);
    for (std::size_t trial = 0; trial < 2; ++trial) reference.read(prefix, trial);
    for (std::size_t step = 1; step < 5; ++step) CHECK(values(reference, step) == Curve{1, 2});
    CHECK(values(reference, 5) == Curve{2});
  }
}

TEST_CASE("what ended by itself stands for no more epochs than it could have had") {
  const Space space = tune::tests::space_of({{"epochs", "int(1, 9)"}});
  const std::vector<std::pair<std::int64_t, Curve>> fits = {
      {2, {9, 8}}, {4, {7, 6}}, {9, {5, 4, 3}}, {6, {1, 1, 1, 1, 1, 1}}};
  for (const bool backwards : {false, true}) {
    Trials trials(space);
    Reference reference;
    for (std::size_t i = 0; i < fits.size(); ++i) {
      const auto& [epochs, curve] = fits[backwards ? fits.size() - 1 - i : i];
      trials.add({{{"epochs", epochs}}, 9, {}});
      trials.finish(i, Scored{curve.back()}, {{curve.back(), curve}});
      reference.read(Prefix(trials, i + 1, i + 1), i);
    }
    CHECK(values(reference, 1) == Curve{1, 4, 6, 8});
    CHECK(values(reference, 3) == Curve{1, 3, 6});
    CHECK(values(reference, 5) == Curve{1, 3});
  }
}

TEST_CASE("a trial that continues another one counts where that one ended") {
  Study study;
  const std::size_t parent = study.add(2, Pruned{3, 2}, {{3, {4, 3}}});
  study.add(2, Pruned{5, 2}, {{5, {6, 5}}});
  study.complete(4, {4, 3, 2, 1}, parent);
  Reference reference;
  const Prefix prefix(study.trials, 3, 3);
  for (std::size_t trial = 0; trial < 3; ++trial) reference.read(prefix, trial);
  CHECK(values(reference, 1) == Curve{3, 5});
  CHECK(values(reference, 2) == Curve{2});
  CHECK(values(reference, 4).empty());
}

TEST_CASE("median compares the best so far with the same fold and epoch") {
  Study study;
  const auto both = [&](float first, float second) {
    study.add(2, Scored{first}, {{first, {first, first}}, {second, {second, second}}});
  };
  both(1, 10);
  both(2, 20);
  both(3, 30);
  const auto judge = study.judge(*make("median", kAtOnce), 2);
  CHECK(!ends(judge, {2}));
  CHECK(ends(judge, {2.5}));
  CHECK(!ends(judge, {1.5, 9}));
  CHECK(!ends(judge, {20}, 1));
  CHECK(ends(judge, {21}, 1));
  // A fold that no earlier trial has.
  CHECK(!ends(judge, {99}, 2));
}

TEST_CASE("pruners see the outcomes of their prefix alone, whatever they were asked before") {
  Study study;
  for (const float loss : {5.0f, 4.0f, 3.0f, 2.0f, 1.0f}) study.complete(1, {loss});
  const auto pruner = make("median", kAtOnce);
  CHECK(!ends(study.judge(*pruner, 2, {}, 0), {9}));
  CHECK(!ends(study.judge(*pruner, 2, {}, 2), {4.5}));
  CHECK(ends(study.judge(*pruner, 2, {}, 2), {4.6}));
  CHECK(ends(study.judge(*pruner, 2, {}, 5), {3.1}));
  CHECK(!ends(study.judge(*pruner, 2, {}, 2), {4.5}));  // back again
  Study other;
  other.complete(1, {10});
  CHECK(!ends(other.judge(*pruner, 2, {}, 1), {9}));
  // Trials that have begun are not enough.
  const auto patient = make("median", {{"pruner_n_startup_trials", std::int64_t{3}}});
  CHECK(!ends(study.judge(*patient, 2, {}, 2), {99}));
  CHECK(ends(study.judge(*patient, 2, {}, 3), {99}));
}

TEST_CASE("racing compares with the best trial of as many epochs") {
  Study study;
  study.scored(9, {5, 5, 5, 5, 5});
  study.scored(9, {1, 1.1, 0.9, 1, 1});
  study.scored(27, {0.1, 0.1, 0.1, 0.1, 0.1});
  study.add(9, Pruned{0, 3}, {{0, {}}});
  const auto pruner = make("racing");
  const Folds folds{5, 0.25};
  const auto judge = study.judge(*pruner, 9, folds);
  REQUIRE(judge);
  const auto ended = [&](const std::vector<double>& scores) {
    return judge->ends_after_folds(scores).has_value();
  };
  CHECK(!ended({9}));
  CHECK(ended({2, 2.2, 1.8, 2.1}));
  CHECK(!ended({0.5, 0.4, 0.6, 0.5}));
  CHECK(!ended({1.5, 0.9, 1.6, 0.8}));
  CHECK(study.judge(*pruner, 3, folds) == nullptr);
  CHECK(study.judge(*pruner, 9, folds, 0) == nullptr);
  CHECK_NOTHROW(pruner->check({3, 0.5}));
  CHECK_THROWS_AS(pruner->check({2, 0.5}), InputError);
}

TEST_CASE("a verdict names the pruner, what it looked at, and what that was compared with") {
  Study study;
  for (const float loss : {1.0f, 2.0f, 3.0f}) study.complete(3, {loss, loss, loss});
  const auto verdict = [&](const char* name, Configuration options, const Curve& curve) {
    const auto pruner = make(name, std::move(options));
    return study.judge(*pruner, 9)->ends_after_epoch(0, curve).value_or("goes on");
  };
  CHECK(verdict("median", kAtOnce, {2.5, 3}) ==
        "median: its best validation loss so far, 2.5, is above 2, the median of 3 trials at that "
        "epoch");
  CHECK(verdict("median", kAtOnce, {kNaN}) ==
        "median: it has had no validation loss that is a number");
  CHECK(verdict("percentile", kAtOnce, {2}) ==
        "percentile: its best validation loss so far, 2, is above 1.5, percentile 25 of 3 trials "
        "at that epoch");
  CHECK(verdict("threshold", {{"pruner_upper", 10.0}}, {11}) ==
        "threshold: its validation loss, 11, is above 10");
  CHECK(verdict("threshold", {{"pruner_lower", 1.0}}, {0.5}) ==
        "threshold: its validation loss, 0.5, is below 1");
  CHECK(verdict("threshold", {{"pruner_upper", 10.0}}, {kNaN}) ==
        "threshold: its validation loss, nan, is no number");
  CHECK(verdict("patient", {{"pruner_wrapped", std::string("none")}}, {1, 2, 3}) ==
        "patient: no validation loss of the last 2 epochs is below 1, the best one is 2");
  Configuration wrapping = kAtOnce;
  wrapping["pruner_wrapped"] = std::string("median");
  auto keys = pruners().at("patient").keys;
  for (const auto& key : pruners().at("median").keys) keys.push_back(key);
  const auto patient = pruners().at("patient").make(Reader(wrapping, keys));
  CHECK(study.judge(*patient, 9)->ends_after_epoch(0, Curve{2.5, 4, 3}) ==
        "patient: no validation loss of the last 2 epochs is below 2.5, the best one is 3; median: "
        "its best validation loss so far, 2.5, is above 2, the median of 3 trials at that epoch");

  Study race;
  race.scored(9, {5, 5, 5, 5, 5});
  race.scored(9, {1, 1, 1, 1, 1});
  const auto racing = make("racing");
  const std::vector<double> worse = {2, 2.5, 2, 2.5};
  // scipy.stats.nct.sf(t, 3, 0.3728), with the lead of the better one of two; 0.05 over 3 tests
  CHECK(race.judge(*racing, 9, {5, 0})->ends_after_folds(worse) ==
        "racing: it is worse than trial 1, the best one, by 1.25 on average over 4 splits; p = "
        "0.003121 is below 0.01667");
}

TEST_CASE("racing ends no more than its error rate of trials that are as good as the best") {
  const auto pruner = make("racing");
  Rng chance(11);
  const auto normal = [&] {
    return std::sqrt(-2 * std::log(1 - chance.uniform())) * std::cos(2 * M_PI * chance.uniform());
  };
  for (const std::size_t folds : {3, 5, 10}) {
    Study study;
    study.scored(9, std::vector<double>(folds, 0.0));
    const auto judge = study.judge(*pruner, 9, {folds, 0});
    int ended = 0;
    constexpr int kRuns = 20'000;
    for (int i = 0; i < kRuns; ++i) {
      std::vector<double> scores;
      bool over = false;
      while (!over && scores.size() + 1 < folds) {
        scores.push_back(normal());
        over = judge->ends_after_folds(scores).has_value();
      }
      ended += over;
    }
    CHECK(ended < 0.05 * kRuns * 1.06);
    CHECK(ended > 0.02 * kRuns);
  }
}

TEST_CASE("racing keeps its error rate against the best one of many equal trials") {
  const auto pruner = make("racing");
  Rng chance(3);
  const auto normal = [&] {
    return std::sqrt(-2 * std::log(1 - chance.uniform())) * std::cos(2 * M_PI * chance.uniform());
  };
  constexpr int kStudies = 60, kTrials = 50, kFirst = 8;
  for (const std::size_t folds : {3, 5, 10}) {
    int ended = 0;
    for (int i = 0; i < kStudies; ++i) {
      Study study;
      for (int trial = 0; trial < kTrials; ++trial) {
        const auto judge = study.judge(*pruner, 9, {folds, 0});
        std::vector<double> scores;
        bool over = false;
        while (!over && scores.size() < folds) {
          scores.push_back(normal());
          over = judge && scores.size() < folds && judge->ends_after_folds(scores);
        }
        if (!over) study.scored(9, scores);
        if (over) study.add(9, Pruned{0, 9});
        ended += over && trial >= kFirst;
      }
    }
    INFO(folds << " folds: " << ended << " of " << kStudies * (kTrials - kFirst));
    CHECK(ended < 0.05 * kStudies * (kTrials - kFirst) * 1.1);
    CHECK(ended > 0.01 * kStudies * (kTrials - kFirst));
  }
}

TEST_CASE("the best of equal trials leads by what is expected of the smallest normal variable") {
  // Its mean for 2, 10 and 100 (Harter, "Expected values of normal order statistics", Biometrika
  // 48, 1961); Blom's quantiles come within 0.04 of it.
  CHECK(lead_of_best(1, 5, 0.25) == 0);
  CHECK(lead_of_best(2, 2, 0) / 0.5 == Approx(0.5642).margin(0.04));
  CHECK(lead_of_best(10, 2, 0) / 0.5 == Approx(1.5388).margin(0.04));
  CHECK(lead_of_best(100, 2, 0) / 0.5 == Approx(2.5076).margin(0.04));
  CHECK(lead_of_best(10, 4, 0.25) == Approx(lead_of_best(10, 2, 0)));
  const std::vector<double> worse = {1, 1.1, 0.9, 1.2};
  CHECK(chance_of_worse(worse, 0, 1) > chance_of_worse(worse, 0, 0.5));
  CHECK(chance_of_worse(worse, 0, 1e-9) == Approx(chance_of_worse(worse, 0)));
}

TEST_CASE("racing takes repeats of a split for one observation") {
  const auto pruner = make("racing");
  Study study;
  study.scored(9, std::vector<double>(9, 0.0));
  const auto judge = study.judge(*pruner, 9, {3, 0, 3});
  const std::vector<double> worse = {1, 1.01, 0.99, 1, 1.01, 0.99, 1, 1.01};
  for (std::size_t n = 2; n <= worse.size(); ++n) {
    INFO(n);
    CHECK(judge->ends_after_folds(std::span(worse).first(n)).has_value() == (n <= 3 || n == 6));
  }
  // Six folds like these would be enough.
  CHECK(!judge->ends_after_folds(std::vector<double>{1, 2, 0.3, 1, 2, 0.3}));
  CHECK(chance_of_worse(std::vector<double>{1, 2, 0.3, 1, 2, 0.3}, 0) < 0.05 / 3);
  CHECK_THROWS_AS(pruner->check({2, 0.5, 2}), InputError);
}

TEST_CASE("differences that are all the same are judged by their signs") {
  const std::vector<double> two = {1.2 - 1.1, 1 - 0.9}, nine(9, 0.02), none(3, 0.0),
                            better(3, -1.0);
  CHECK(two[0] != two[1]);
  CHECK(chance_of_worse(two, 0.5) == 0.25);
  CHECK(chance_of_worse(nine, 0.5) == Approx(1.0 / 512));
  CHECK(chance_of_worse(none, 0.5) == 1);
  CHECK(chance_of_worse(better, 0.5) == 1);
  CHECK(chance_of_worse(std::vector<double>{1, std::numeric_limits<double>::infinity()}, 0) == 1);
  CHECK(chance_of_worse(nine, 0.5, 1) == Approx(std::pow(0.8413447460685429, 9)));
}

TEST_CASE("options of pruners that cannot be") {
  CHECK(refusal("threshold", {}) == "'threshold' needs pruner_lower, pruner_upper or both");
  CHECK(refusal("threshold", {{"pruner_lower", 2.0}, {"pruner_upper", 1.0}}) ==
        "pruner_lower: 2.0 is above pruner_upper, 1.0");
  CHECK(refusal("percentile", {{"pruner_percentile", 101.0}}) ==
        "pruner_percentile: 101.0 is too large: real from 0 to 100");
}

TEST_CASE("courses are kept of the first trials") {
  Study study;
  study.complete(1, {1});
  CHECK(study.trials.courses(0).size() == 1);
  for (std::size_t i = 1; i < Trials::kCourses; ++i) study.add(1, Scored{1});
  const std::size_t late = study.complete(1, {1});
  CHECK(late == Trials::kCourses);
  CHECK(study.trials.courses(late).empty());
  CHECK_THROWS_AS(Prefix(study.trials, 1, 2).courses(1), std::logic_error);
}
