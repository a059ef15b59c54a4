#include <set>

#include "model/losses/loss.hpp"
#include "model/metrics/confusion_matrix.hpp"
#include "model/metrics/metric.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Values of real Keras and scikit-learn, written by keras_metrics.py, which says what they are.

namespace tune::model {
namespace {

using tests::Json;
using tests::matrix;

constexpr Index kBatch = 7;

const Json& golden() {
  static const Json kValues = tests::golden_file("keras_metrics");
  return kValues;
}

/// Calls update(prediction, target, weights, samples) for the batches of a set.
template <class Update>
void for_each_batch(const Json& set, const std::vector<float>& weights, Update update) {
  const tests::Blocked prediction(matrix(set["prediction"])), target(matrix(set["target"]));
  for (Index start = 0; start < prediction.samples(); start += kBatch) {
    Block p = prediction.block(), t = target.block();
    p.data = p.sample(start);
    t.data = t.sample(start);
    update(p, t, weights.empty() ? nullptr : weights.data() + start,
           std::min(kBatch, prediction.samples() - start));
  }
}

double value(const Metric& metric, const Json& set, const std::vector<float>& weights) {
  Sums sums(metric.slots(static_cast<Index>(set["prediction"][0].size())));
  for_each_batch(set, weights, [&](const Block& p, const Block& t, const float* w, Index samples) {
    metric.update(sums, p, t, w, samples);
  });
  return metric.result(sums);
}

}  // namespace

TEST_CASE("every metric equals Keras's or scikit-learn's") {
  std::set<std::string> seen;
  for (const Json& set : golden()["sets"]) {
    const LossPtr loss = make_loss(set["loss"].get<std::string>());
    const std::vector<float> weights = set["weights"];
    for (const auto& [name, expected] : set["values"].items()) {
      const std::string label = set["label"];
      CAPTURE(label, name);
      seen.insert(name);
      const MetricPtr metric = make_metric(name, *loss);
      CHECK(metric->name() == name);
      metric->check(static_cast<Index>(set["prediction"][0].size()),
                    static_cast<Index>(set["target"][0].size()));
      // Keras computes in float32, scikit-learn in float64.
      const std::set<std::string> of_sklearn = {"precision", "recall", "f1", "roc_auc"};
      const double tolerance = of_sklearn.contains(name) ? 1e-12 : 2e-6;
      CHECK(value(*metric, set, {}) == Approx(expected[0].get<double>()).epsilon(tolerance));
      CHECK(value(*metric, set, weights) == Approx(expected[1].get<double>()).epsilon(tolerance));
    }
  }
  for (const std::string& name : metric_names()) {
    CAPTURE(name);
    CHECK(seen.contains(name));
  }
}

TEST_CASE("the confusion matrix equals scikit-learn's") {
  int compared = 0;
  for (const Json& set : golden()["sets"]) {
    for (std::size_t weighted = 0; weighted < set["confusion"].size(); ++weighted) {
      const Json& expected = set["confusion"][weighted];
      const auto classes = static_cast<Index>(expected.size());
      ConfusionMatrix found(classes);
      std::vector<float> weights;
      if (weighted == 1) weights = set["weights"].get<std::vector<float>>();
      for_each_batch(set, weights,
                     [&](const Block& p, const Block& t, const float* w, Index samples) {
                       found.update(p, t, w, samples);
                     });
      for (Index actual = 0; actual < classes; ++actual) {
        for (Index predicted = 0; predicted < classes; ++predicted) {
          CAPTURE(set["label"].get<std::string>(), actual, predicted);
          const double count =
              expected[static_cast<std::size_t>(actual)][static_cast<std::size_t>(predicted)];
          CHECK(found.count(actual, predicted) == Approx(count).epsilon(1e-6));
        }
      }
      ++compared;
    }
  }
  CHECK(compared == 6);
}

}  // namespace tune::model
