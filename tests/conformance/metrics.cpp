
#include "model/losses/makers.hpp"
#include "model/metrics/metric.hpp"
#include "search/base/error.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

// What every metric of metric_names() must do.

namespace tune::model {
namespace {

constexpr Index kUnits = 3, kSamples = 12;

/// Adds samples to the sums of a metric, which are made if there are none.
void add(const Metric& metric, std::vector<double>& sums, const Eigen::MatrixXf& prediction,
         const Eigen::MatrixXf& target, const std::vector<float>& weights = {}) {
  const tests::Blocked p(prediction), t(target);
  sums.resize(metric.slots(prediction.rows()));
  metric.update(sums, p.block(), t.block(), weights.empty() ? nullptr : weights.data(),
                prediction.cols());
}

double value(const Metric& metric, const Eigen::MatrixXf& prediction, const Eigen::MatrixXf& target,
             const std::vector<float>& weights = {}) {
  std::vector<double> sums;
  add(metric, sums, prediction, target, weights);
  return metric.result(sums);
}

/// One-hot, so that they are targets of any kind of task.
Eigen::MatrixXf one_hot() {
  Eigen::MatrixXf target = Eigen::MatrixXf::Zero(kUnits, kSamples);
  for (Index s = 0; s < kSamples; ++s) target(s * s % kUnits, s) = 1;
  return target;
}

Eigen::MatrixXf off_by(float scale) {
  return one_hot() + tests::random_matrix(kUnits, kSamples, base::Rng(1), scale);
}

std::vector<MetricPtr> all() {
  std::vector<MetricPtr> metrics;
  for (const std::string& name : metric_names()) {
    metrics.push_back(make_metric(name, *mean_squared_error()));
  }
  return metrics;
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
    const double best = value(*metric, one_hot(), one_hot());
    const double bad = value(*metric, off_by(3), one_hot());
    CHECK(best == (metric->maximize() ? 1 : 0));
    CHECK((metric->maximize() ? bad < best : bad > best));
  }
}

TEST_CASE("every metric is the same batch by batch") {
  const Eigen::MatrixXf p = off_by(1), t = one_hot();
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    std::vector<double> sums;
    for (const auto& [first, count] : {std::pair<Index, Index>{0, 5}, {5, 1}, {6, 6}}) {
      add(*metric, sums, p.middleCols(first, count), t.middleCols(first, count));
    }
    CHECK(metric->result(sums) == Approx(value(*metric, p, t)).epsilon(1e-12));
  }
}

TEST_CASE("to every metric a weight of two is the sample twice, and of zero none") {
  const Eigen::MatrixXf p = off_by(1), t = one_hot();
  std::vector<float> weights(kSamples, 1.0f);
  weights[2] = 0;
  weights[7] = 2;
  Eigen::MatrixXf p2 = p, t2 = t;
  p2.col(2) = p.col(7);
  t2.col(2) = t.col(7);
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    CHECK(value(*metric, p, t, weights) == Approx(value(*metric, p2, t2)).epsilon(1e-12));
  }
}

TEST_CASE("every metric refuses targets that it cannot compare") {
  for (const MetricPtr& metric : all()) {
    CAPTURE(metric->name());
    CHECK_NOTHROW(metric->check(3, 3));
    CHECK_THROWS_AS(metric->check(3, 2), base::InputError);
  }
}

}  // namespace tune::model
