#include "tuner/study/record.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"

using namespace tune::tuner;
using tune::tests::complete;
using tune::tests::failed;
using tune::tests::fold_of;

namespace {

/// Trials of one fold with these scores; NaN stands for a failed one.
std::vector<TrialRecord> scored(const std::vector<double>& scores) {
  std::vector<TrialRecord> records;
  for (const double score : scores) {
    const std::size_t number = records.size();
    records.push_back(std::isnan(score) ? failed(number, {}, "diverged")
                                        : complete(number, {}, {fold_of(score, 0, 0, 1)}));
  }
  return records;
}

constexpr double kFailed = std::numeric_limits<double>::quiet_NaN();

TrialRecord with_best_epochs(const std::vector<int>& epochs) {
  TrialRecord record;
  for (const int best : epochs) record.folds.push_back(fold_of(0, 0, 0, best + 1));
  return record;
}

}  // namespace

TEST_CASE("a record's figures are those of its folds") {
  const TrialRecord record =
      complete(0, {}, {fold_of(1, 5, 2, 10), fold_of(2, 5, 4, 11), fold_of(6, 8, 9, 13)});
  CHECK(record.mean(0) == 3);
  CHECK(record.mean(1) == 6);
  CHECK(record.train_mean(0) == 5);
  // numpy.std([1, 2, 6]) and scipy.stats.sem([1, 2, 6])
  CHECK(record.deviation(0) == Approx(2.160246899469287).epsilon(1e-15));
  CHECK(record.standard_error(0) == Approx(1.5275252316519468).epsilon(1e-15));
  CHECK(record.mean_epochs() == Approx(34.0 / 3).epsilon(1e-15));
  CHECK(record.time() == Approx(2.25).epsilon(1e-15));
}

TEST_CASE("one fold has no standard error") {
  CHECK(complete(0, {}, {fold_of(1, 5, 2, 10)}).standard_error(0) == 0);
}

TEST_CASE("a failed trial has no scores, whatever folds it has") {
  const TrialRecord record = failed(0, {}, "diverged", {fold_of(1, 5, 2, 10)});
  CHECK(std::isnan(record.mean(0)));
  CHECK(std::isnan(record.train_mean(0)));
  CHECK(std::isnan(record.deviation(0)));
  CHECK(std::isnan(record.standard_error(0)));
  CHECK(failed(0, {}, "diverged").mean_epochs() == 0);
}

TEST_CASE("training again takes the median of the best epochs, rounded up, and at least one") {
  CHECK(with_best_epochs({30, 10, 20}).refit_epochs() == 20);
  CHECK(with_best_epochs({30, 10}).refit_epochs() == 20);
  CHECK(with_best_epochs({11, 10}).refit_epochs() == 11);
  CHECK(with_best_epochs({4, 100, 1, 7}).refit_epochs() == 6);
  CHECK(with_best_epochs({0, 0, 0}).refit_epochs() == 1);
  CHECK(with_best_epochs({}).refit_epochs() == 1);
}

TEST_CASE("what is minimised has the metric's sign") {
  CHECK(minimised(0.25, {"mse", false}) == 0.25);
  CHECK(minimised(0.25, {"accuracy", true}) == -0.25);
}

TEST_CASE("ties share the smallest rank and failed trials the last") {
  // scipy.stats.rankdata(method="min"), as in scikit-learn's rank_test_score
  const std::vector<TrialRecord> records = scored({2, kFailed, 1, 2, kFailed, 3});
  CHECK(ranks(records, {"mse", false}) == std::vector<int>{2, 5, 1, 2, 5, 4});
  CHECK(ranks(records, {"accuracy", true}) == std::vector<int>{2, 5, 4, 2, 5, 1});
  CHECK(ranks({}, {"mse", false}).empty());
}

TEST_CASE("the ranking is the best first, then by number") {
  const std::vector<TrialRecord> records = scored({2, kFailed, 1, 2, kFailed, 3});
  CHECK(ranking(records, {"mse", false}) == std::vector<std::size_t>{2, 0, 3, 5, 1, 4});
  CHECK(ranking(records, {"accuracy", true}) == std::vector<std::size_t>{5, 0, 3, 2, 1, 4});
}

TEST_CASE("a mean that overflows or is not defined does not disturb the order of the others") {
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<TrialRecord> records = scored({3, 0, inf, 1});
  records[1].folds = {fold_of(inf, 0, 0, 1), fold_of(-inf, 0, 0, 1)};
  CHECK(ranking(records, {"mse", false}) == std::vector<std::size_t>{3, 0, 2, 1});
  CHECK(ranks(records, {"mse", false}) == std::vector<int>{2, 4, 3, 1});
}

TEST_CASE("a larger budget ranks first, whatever the score") {
  std::vector<TrialRecord> records = scored({1, 3, kFailed, 2, 3, 0.5});
  const std::vector<int> budgets = {3, 9, 9, 9, 9, 1};
  for (std::size_t i = 0; i < records.size(); ++i) records[i].budget = budgets[i];
  CHECK(ranking(records, {"mse", false}) == std::vector<std::size_t>{3, 1, 4, 0, 5, 2});
  CHECK(ranks(records, {"mse", false}) == std::vector<int>{4, 2, 6, 1, 2, 5});
}

namespace {

/// Trials of one fold with two scores each.
std::vector<TrialRecord> scored_twice(const std::vector<std::pair<double, double>>& scores) {
  std::vector<TrialRecord> records;
  for (const auto& [first, second] : scores) {
    records.push_back(complete(records.size(), {}, {fold_of(first, second, 0, 1)}));
  }
  return records;
}

const std::vector<MetricInfo> kBoth = {{"accuracy", true}, {"parameters", false}};

}  // namespace

TEST_CASE("with several objectives the rank is that of the Pareto front") {
  std::vector<TrialRecord> records = scored_twice(
      {{0.9, 100}, {0.8, 50}, {0.9, 120}, {0.95, 400}, {0.85, 60}, {0.7, 50}, {0.8, 120}});
  records.push_back(failed(7, {}, "diverged"));
  CHECK(ranks(records, kBoth) == std::vector<int>{1, 1, 2, 1, 1, 2, 3, 4});
  CHECK(minimised(records[3], kBoth) == std::vector<double>{-0.95, 400});
  // The ends of a front before all, of these the best by the first objective; then by distance:
  // 0.1 / 0.15 + 340 / 350 for trial 0, 0.1 / 0.15 + 50 / 350 for trial 4.
  CHECK(ranking(records, kBoth) == std::vector<std::size_t>{3, 1, 0, 4, 2, 5, 6, 7});
  records[6].budget = 1;
  CHECK(ranks(records, kBoth) == std::vector<int>{2, 2, 3, 2, 2, 3, 1, 4});
  CHECK(ranking(records, kBoth).front() == 6);
}

TEST_CASE("a trial without one of its objectives ranks as a failed one") {
  std::vector<TrialRecord> records = scored_twice({{0.5, kFailed}, {0.4, 3}});
  CHECK(ranks(records, kBoth) == std::vector<int>{2, 1});
}
