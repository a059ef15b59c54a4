#include <algorithm>
#include <cmath>

#include "model/losses/makers.hpp"
#include "model/metrics/metric.hpp"
#include "search/base/error.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

// What every metric of metric_names() must do.

namespace tune::model {
namespace {

constexpr Index kUnits = 7, kSamples = 21;

/// Adds samples to the sums of a metric, which are made if there are none.
void add(const Metric& metric, Sums& sums, const Eigen::MatrixXf& prediction,
         const Eigen::MatrixXf& target, const std::vector<float>& weights = {}) {
  const tests::Blocked p(prediction), t(target);
  if (sums.empty()) sums.resize(metric.slots(prediction.rows()));
  metric.update(sums, p.block(), t.block(), weights.empty() ? nullptr : weights.data(),
                prediction.cols());
}

double value(const Metric& metric, const Eigen::MatrixXf& prediction, const Eigen::MatrixXf& target,
             const std::vector<float>& weights = {}) {
  Sums sums;
  add(metric, sums, prediction, target, weights);
  return metric.result(sums);
}

/// One-hot, so that they are targets of any kind of task.
Eigen::MatrixXf one_hot() {
  Eigen::MatrixXf target = Eigen::MatrixXf::Zero(kUnits, kSamples);
  for (Index s = 0; s < kSamples; ++s) target(s % kUnits, s) = 1;
  return target;
}

Eigen::MatrixXf off_by(float scale) {
  return one_hot() + tests::random_matrix(kUnits, kSamples, base::Rng(1), scale);
}

/// Positive numbers, as some metrics need.
Eigen::MatrixXf positive() {
  return (off_by(1).array().abs() + 0.05f).matrix();
}

/// Every metric, with each loss that changes what some of them do.
std::vector<MetricPtr> all() {
  std::vector<MetricPtr> metrics;
  for (const LossPtr& loss : {mean_squared_error(), categorical_crossentropy()}) {
    for (const std::string& name : metric_names()) metrics.push_back(make_metric(name, *loss));
  }
  return metrics;
}

/// What a metric is at its best: 1 or 0, but for two losses that end elsewhere.
double best_value(const Metric& metric) {
  if (metric.maximize()) return 1;
  if (metric.name() == "poisson") return 1.0 / kUnits;  // of p - t log(p) at p = t
  return 0;
}

/// Predictions that make a metric best.
Eigen::MatrixXf best_prediction(const Metric& metric) {
  if (metric.name() == "hinge") return (2 * one_hot().array() - 1).matrix();
  return one_hot();
}

}  // namespace

TEST_CASE("every metric goes by its name") {
  for (const std::string& name : metric_names()) {
    CHECK(make_metric(name, *mean_squared_error())->name() == name);
  }
}

TEST_CASE(
    "every metric is best where predictions meet the targets, and knows which way is better") {
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    const double best = value(*metric, best_prediction(*metric), one_hot());
    CHECK(best == Approx(best_value(*metric)).margin(1e-6));
    for (const Eigen::MatrixXf& p : {off_by(3), positive()}) {
      const double bad = value(*metric, p, one_hot());
      if (std::isnan(bad)) continue;  // of negative numbers
      if (metric->maximize()) {
        CHECK(bad <= best);
      } else {
        CHECK(bad > best);
      }
    }
    const double worst = value(*metric, (1.05f - one_hot().array()).matrix(), one_hot());
    CHECK((metric->maximize() ? worst < best : worst > best));
  }
}

TEST_CASE("every metric is the same whatever the batches") {
  const Eigen::MatrixXf p = positive(), t = one_hot();
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    const double whole = value(*metric, p, t);
    CHECK(std::isfinite(whole));
    for (const Index batch : {1, 2, 5, 8, 20}) {
      Sums sums;
      for (Index first = 0; first < kSamples; first += batch) {
        const Index count = std::min(batch, kSamples - first);
        add(*metric, sums, p.middleCols(first, count), t.middleCols(first, count));
      }
      CHECK(metric->result(sums) == Approx(whole).epsilon(1e-12));
    }
  }
}

TEST_CASE("every metric starts anew on sums that were used before") {
  const Eigen::MatrixXf p = positive(), t = one_hot();
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    Sums sums;
    add(*metric, sums, p.leftCols(4), t.leftCols(4));
    sums.assign(metric->slots(kUnits), 0.0);
    add(*metric, sums, p, t);
    CHECK(metric->result(sums) == value(*metric, p, t));
  }
}

TEST_CASE("to every metric a weight of two is the sample twice, and of zero none") {
  const Eigen::MatrixXf p = positive(), t = one_hot();
  std::vector<float> weights(kSamples, 1.0f);
  weights[2] = 0;
  weights[8] = 2;
  Eigen::MatrixXf p2 = p, t2 = t;
  p2.col(2) = p.col(8);
  t2.col(2) = t.col(8);
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    CHECK(value(*metric, p, t, weights) == Approx(value(*metric, p2, t2)).epsilon(1e-12));
  }
}

TEST_CASE("every metric reads matrices without padding") {
  Eigen::MatrixXf p = positive(), t = one_hot();
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    Sums sums(metric->slots(kUnits));
    metric->update(sums, {p.data(), kUnits, kUnits}, {t.data(), kUnits, kUnits}, nullptr, kSamples);
    CHECK(metric->result(sums) == value(*metric, p, t));
  }
}

TEST_CASE("metrics of classes take indices as they take one-hot targets") {
  Eigen::MatrixXf indices(1, kSamples);
  for (Index s = 0; s < kSamples; ++s) indices(0, s) = static_cast<float>(s % kUnits);
  int compared = 0;
  for (const std::string& name : metric_names()) {
    const MetricPtr metric = make_metric(name, *categorical_crossentropy());
    try {
      metric->check(kUnits, 1);
    } catch (const base::InputError&) {
      continue;
    }
    CAPTURE(name);
    ++compared;
    CHECK(value(*metric, positive(), indices) ==
          Approx(value(*metric, positive(), one_hot())).epsilon(1e-12));
  }
  CHECK(compared >= 11);
}

TEST_CASE("every metric refuses targets that it cannot compare") {
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    CHECK_NOTHROW(metric->check(kUnits, kUnits));
    CHECK_THROWS_AS(metric->check(kUnits, 2), base::InputError);
  }
}

TEST_CASE("every metric without numbers refuses them") {
  for (const std::string& name : metric_names()) {
    if (name.find("top_k") != name.npos) continue;
    CAPTURE(name);
    CHECK_THROWS_AS(make_metric(name + "(3)", *mean_squared_error()), base::InputError);
  }
}

}  // namespace tune::model
