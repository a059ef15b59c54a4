#include <cmath>
#include <vector>

#include "model/losses/makers.hpp"
#include "model/metrics/confusion_matrix.hpp"
#include "model/metrics/metric.hpp"
#include "search/base/error.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

using Rows = std::vector<std::vector<float>>;  ///< samples of units

Eigen::MatrixXf matrix(const Rows& samples) {
  Eigen::MatrixXf matrix(samples[0].size(), samples.size());
  for (std::size_t s = 0; s < samples.size(); ++s) {
    for (std::size_t i = 0; i < samples[s].size(); ++i) {
      matrix(static_cast<Index>(i), static_cast<Index>(s)) = samples[s][i];
    }
  }
  return matrix;
}

double value(std::string_view name, const Rows& predictions, const Rows& targets,
             const std::vector<float>& weights = {}, const LossPtr& loss = mean_squared_error()) {
  const MetricPtr metric = make_metric(name, *loss);
  const tests::Blocked prediction(matrix(predictions), 99), target(matrix(targets), 99);
  metric->check(prediction.block().rows, target.block().rows);
  Sums sums(metric->slots(prediction.block().rows));
  metric->update(sums, prediction.block(), target.block(),
                 weights.empty() ? nullptr : weights.data(), prediction.samples());
  return metric->result(sums);
}

}  // namespace

TEST_CASE("errors are means over samples and outputs, weighted by sample") {
  const Rows predictions = {{1, 2}, {3, 5}}, targets = {{1, 4}, {0, 5}};
  CHECK(value("mse", predictions, targets) == Approx((4 / 2.0 + 9 / 2.0) / 2));
  CHECK(value("mae", predictions, targets) == Approx((2 / 2.0 + 3 / 2.0) / 2));
  CHECK(value("rmse", predictions, targets) == Approx(std::sqrt(3.25)));
  CHECK(value("mse", predictions, targets, {3, 1}) == Approx((3 * 2 + 4.5) / 4));
  CHECK(value("rmse", predictions, targets, {3, 1}) == Approx(std::sqrt(10.5 / 4)));
  CHECK(value("mean_absolute_error", predictions, targets, {0, 2}) == Approx(1.5));
}

// Values below: sklearn.metrics.r2_score's documented formula, worked by hand.
TEST_CASE("r2 is 1 - residual / total sum of squares, the mean over the outputs") {
  // Targets 1 2 6, mean 3: total 4 + 1 + 9 = 14; residual 0 + 1 + 4 = 5.
  CHECK(value("r2", {{1}, {3}, {4}}, {{1}, {2}, {6}}) == Approx(1 - 5 / 14.0));
  // A second output 0 0 3, mean 1: total 6, predicted 1 1 1: residual 6.
  CHECK(value("r2", {{1, 1}, {3, 1}, {4, 1}}, {{1, 0}, {2, 0}, {6, 3}}) ==
        Approx((1 - 5 / 14.0) / 2));
}

TEST_CASE("r2 weighs samples as if they were there several times") {
  // Weights 1 2 1: mean 11 / 4, total 41 + 4 - 121 / 4 with 1 + 2 * 4 + 36 = 45; residual 2 + 4.
  const double total = 45 - 4 * (11 / 4.0) * (11 / 4.0);
  CHECK(value("r2", {{1}, {3}, {4}}, {{1}, {2}, {6}}, {1, 2, 1}) == Approx(1 - 6 / total));
  CHECK(value("r2", {{1}, {3}, {3}, {4}}, {{1}, {2}, {2}, {6}}) == Approx(1 - 6 / total));
  CHECK(value("r2", {{9}, {1}, {3}, {4}}, {{9}, {1}, {2}, {6}}, {0, 1, 1, 1}) ==
        Approx(1 - 5 / 14.0));
}

TEST_CASE("r2 of a constant target is 1 where it is met, else 0, as scikit-learn's") {
  CHECK(value("r2", {{4}, {4}}, {{4}, {4}}) == 1);
  CHECK(value("r2", {{4}, {5}}, {{4}, {4}}) == 0);
}

TEST_CASE("r2 keeps its digits far from zero") {
  const float far = 1 << 20;
  CHECK(value("r2", {{far}, {far + 2}, {far + 3}}, {{far}, {far + 1}, {far + 5}}) ==
        Approx(1 - 5 / 14.0).epsilon(1e-9));
}

TEST_CASE("binary accuracy compares both sides of one half, mean over the outputs") {
  CHECK(value("binary_accuracy", {{0.6f}, {0.4f}, {0.5f}, {0.9f}}, {{1}, {0}, {1}, {0}}) == 0.5);
  CHECK(value("binary_accuracy", {{0.6f, 0.1f}, {0.4f, 0.7f}}, {{1, 1}, {0, 1}}) == 0.75);
  CHECK(value("binary_accuracy", {{0.6f}, {0.4f}}, {{1}, {1}}, {3, 1}) == 0.75);
}

TEST_CASE("class accuracies take one-hot targets and indices; the first of equals wins") {
  const Rows predictions = {{.1f, .7f, .2f}, {.4f, .4f, .2f}, {.2f, .3f, .5f}};
  const Rows indices = {{1}, {0}, {0}}, one_hot = {{0, 1, 0}, {1, 0, 0}, {1, 0, 0}};
  for (const char* name : {"categorical_accuracy", "sparse_categorical_accuracy"}) {
    CHECK(value(name, predictions, indices) == Approx(2 / 3.0));
    CHECK(value(name, predictions, one_hot) == Approx(2 / 3.0));
    CHECK(value(name, predictions, indices, {1, 1, 2}) == Approx(0.5));
  }
}

TEST_CASE("accuracy is the one that goes with the loss and the targets") {
  const Rows predictions = {{.1f, .7f, .2f}, {.6f, .3f, .1f}};
  const Rows indices = {{1}, {1}}, one_hot = {{0, 1, 0}, {0, 1, 0}};
  CHECK(value("accuracy", predictions, indices, {}, sparse_categorical_crossentropy()) == 0.5);
  CHECK(value("accuracy", predictions, one_hot, {}, categorical_crossentropy()) == 0.5);
  CHECK(value("accuracy", predictions, one_hot, {}, binary_crossentropy()) == Approx(4 / 6.0));
  CHECK(value("accuracy", predictions, indices, {}, perceptron()) == 0.5);
  CHECK(value("accuracy", {{0.6f}, {0.4f}}, {{1}, {1}}, {}, binary_crossentropy()) == 0.5);
}

TEST_CASE("top-k accuracy looks for the true class among the k largest, ties count as hits") {
  const Rows predictions = {{.1f, .4f, .3f, .2f}, {.4f, .1f, .2f, .3f}, {.25f, .25f, .25f, .25f}};
  const Rows indices = {{3}, {3}, {2}}, one_hot = {{0, 0, 0, 1}, {0, 0, 0, 1}, {0, 0, 1, 0}};
  for (const std::string name :
       {"top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"}) {
    CHECK(value(name + "(1)", predictions, indices) == Approx(1 / 3.0));
    CHECK(value(name + "(2)", predictions, indices) == Approx(2 / 3.0));
    CHECK(value(name + "( 3 )", predictions, indices) == 1);
    CHECK(value(name + "(2)", predictions, one_hot) == Approx(2 / 3.0));
    CHECK(value(name + "(2)", predictions, indices, {2, 1, 1}) == 0.5);
    CHECK(make_metric(name + "(3)", *mean_squared_error())->name() == name + "(3)");
    CHECK(make_metric(name + "(5)", *mean_squared_error())->name() == name);
    CHECK_THROWS_WITH(value(name, predictions, indices),
                      "metric " + name + ": the model has only 4 outputs");
    for (const char* number : {"(0)", "(2.5)", "(nan)", "(2, 3)", "(two)", "(2"}) {
      CHECK_THROWS_AS(make_metric(name + number, *mean_squared_error()), base::InputError);
    }
  }
  CHECK(value("top_k_categorical_accuracy(2)", {{NAN, 0.2f, 0.1f}}, {{0}}) == 0);
}

TEST_CASE("precision, recall and f1 of one output are those of its yes") {
  // Predicted yes, yes, yes, no, no (0.5 is none); true yes, no, yes, yes, no.
  const Rows predictions = {{.9f}, {.8f}, {.7f}, {.5f}, {.1f}}, targets = {{1}, {0}, {1}, {1}, {0}};
  CHECK(value("precision", predictions, targets) == Approx(2 / 3.0));
  CHECK(value("recall", predictions, targets) == Approx(2 / 3.0));
  CHECK(value("precision", predictions, targets, {1, 3, 1, 1, 1}) == Approx(2 / 5.0));
  CHECK(value("recall", predictions, targets, {1, 1, 1, 2, 1}) == Approx(2 / 4.0));
  CHECK(value("f1", predictions, targets, {1, 3, 1, 2, 1}) == Approx(2 * 2 / (5 + 4.0)));
}

TEST_CASE("precision, recall and f1 of classes are means over those that are there") {
  // Class 2 is neither true nor predicted; class 3 is predicted, but never true.
  const Rows predictions = {{.7f, .1f, .1f, .1f}, {.7f, .1f, .1f, .1f}, {.1f, .2f, .1f, .6f}};
  const Rows targets = {{0}, {1}, {0}};
  CHECK(value("precision", predictions, targets) == Approx((1 / 2.0 + 0 + 0) / 3));
  CHECK(value("recall", predictions, targets) == Approx((1 / 2.0 + 0 + 0) / 3));
  // As outputs of their own there is a fourth, without a yes; and the third sample is a yes of
  // the last output only.
  const Rows one_hot = {{1, 0, 0, 0}, {0, 1, 0, 0}, {1, 0, 0, 0}};
  CHECK(value("precision", predictions, one_hot) == Approx((1 / 2.0) / 4));
  CHECK(value("precision", predictions, one_hot, {}, categorical_crossentropy()) ==
        Approx((1 / 2.0) / 3));
  CHECK_THROWS_AS(value("precision", predictions, {{0}, {1}, {4}}), base::InputError);
}

TEST_CASE("precision, recall and f1 are zero where nothing is predicted or true") {
  for (const char* name : {"precision", "recall", "f1"}) {
    CHECK(value(name, {{.1f}, {.2f}}, {{0}, {0}}) == 0);
    CHECK(value(name, {{.1f}, {.2f}}, {{1}, {1}}) == 0);
    CHECK(value(name, {{.9f}, {.8f}}, {{0}, {0}}) == 0);
  }
}

TEST_CASE("roc_auc is the share of pairs in the right order, ties half") {
  const Rows predictions = {{.1f}, {.4f}, {.35f}, {.8f}}, targets = {{0}, {0}, {1}, {1}};
  CHECK(value("roc_auc", predictions, targets) == 0.75);  // the example of scikit-learn's page
  CHECK(value("roc_auc", {{.4f}, {.4f}, {.4f}, {.8f}}, targets) == 0.75);
  CHECK(value("roc_auc", {{-3}, {-2}, {5}, {1e9f}}, targets) == 1);  // any numbers
  CHECK(value("roc_auc", predictions, targets, {1, 3, 1, 1}) == Approx(5 / 8.0));
}

TEST_CASE("roc_auc of several outputs leaves out those that rank nothing") {
  // Output 0: 3 of 4 pairs. Output 1: all yes.
  const Rows predictions = {{.1f, .5f}, {.4f, .6f}, {.35f, .1f}, {.8f, .2f}};
  const Rows targets = {{0, 1}, {0, 1}, {1, 1}, {1, 1}};
  CHECK(value("roc_auc", predictions, targets) == 0.75);
  CHECK(value("roc_auc", {{.4f}, {.5f}}, {{1}, {1}}) == 0.5);
  CHECK(value("roc_auc", {{.4f}, {.5f}}, {{0}, {1}}, {1, 0}) == 0.5);
  CHECK(std::isnan(value("roc_auc", {{NAN}, {.5f}}, {{0}, {1}})));
  CHECK_THROWS_AS(value("roc_auc", {{.4f, .6f}, {.5f, .5f}}, {{0}, {2}}), base::InputError);
}

TEST_CASE("cosine similarity is zero where a prediction or a target is") {
  CHECK(value("cosine_similarity", {{3, 4}, {0, 0}, {1, 0}}, {{6, 8}, {1, 1}, {0, 0}}) ==
        Approx(1 / 3.0));
  CHECK(value("cosine_similarity", {{1, 0}}, {{-2, 0}}) == Approx(-1));
}

TEST_CASE("a confusion matrix counts what was taken for what, batch by batch") {
  const tests::Blocked first(matrix({{.7f, .2f, .1f}, {.1f, .2f, .7f}})),
      second(matrix({{.4f, .4f, .2f}}));
  const tests::Blocked indices(matrix({{0}, {1}})), one_hot(matrix({{0, 1, 0}}));
  ConfusionMatrix counts(3);
  const float weights[] = {1, 0.5f};
  counts.update(first.block(), indices.block(), weights, 2);
  counts.update(second.block(), one_hot.block(), nullptr, 1);
  CHECK(counts.count(0, 0) == 1);
  CHECK(counts.count(1, 2) == 0.5);
  CHECK(counts.count(1, 0) == 1);
  CHECK(counts.count(2, 1) == 0);
  const tests::Blocked wrong(matrix({{0}, {3}}));
  CHECK_THROWS_WITH(counts.update(first.block(), wrong.block(), nullptr, 2),
                    "the class 3.000000 is not one of 0 to 2");
  CHECK(counts.count(0, 0) == 1);
  const tests::Blocked wide(matrix({{.1f, .2f, .3f, .4f}}));
  CHECK_THROWS_AS(counts.update(wide.block(), indices.block(), nullptr, 1), base::InputError);
  counts.reset();
  CHECK(counts.count(0, 0) == 0);
  CHECK_THROWS_AS(ConfusionMatrix(1), base::InputError);
}

TEST_CASE("a confusion matrix of two classes takes one output") {
  ConfusionMatrix counts(2);
  const tests::Blocked p(matrix({{.7f}, {.5f}, {.2f}})), t(matrix({{0}, {1}, {0}}));
  counts.update(p.block(), t.block(), nullptr, 3);
  CHECK(counts.count(0, 1) == 1);
  CHECK(counts.count(1, 0) == 1);
  CHECK(counts.count(0, 0) == 1);
  CHECK(counts.count(1, 1) == 0);
}

TEST_CASE("a metric refuses targets that it cannot compare") {
  CHECK_THROWS_WITH(value("mse", {{1, 2, 3}}, {{1}}),
                    "metric mse: the model has 3 outputs, the targets have 1");
  CHECK_THROWS_AS(value("categorical_accuracy", {{1, 2, 3}}, {{1, 0}}), base::InputError);
  CHECK_THROWS_WITH(make_metric("acuracy", *mean_squared_error()),
                    "unknown metric 'acuracy'; did you mean 'accuracy'?");
}

}  // namespace tune::model
