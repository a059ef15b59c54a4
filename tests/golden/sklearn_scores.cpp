#include "model/learners/classifier.hpp"
#include "model/learners/multilabel_classifier.hpp"
#include "model/learners/regressor.hpp"
#include "model/losses/makers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Values of scikit-learn, written by sklearn_scores.py, which says what they are.

namespace tune::model {
namespace {

using tests::Json;
using tests::matrix;

/// The linear model of a task.
Recipe build_linear(const base::Configuration&, const Problem& problem) {
  const bool regression = problem.task == Problem::Task::regression;
  const bool multiclass = problem.task == Problem::Task::multiclass;
  Recipe recipe{Model(sequential(
      problem.input_shape, {dense(problem.outputs, {.activation = regression   ? "linear"
                                                                  : multiclass ? "softmax"
                                                                               : "sigmoid"})}))};
  recipe.model.compile({.losses = {regression   ? mean_squared_error()
                                   : multiclass ? sparse_categorical_crossentropy()
                                                : binary_crossentropy()}});
  return recipe;
}

void set_weights(Learner& learner, const Json& values) {
  const Eigen::MatrixXf kernel = matrix(values["coefficients"]).transpose();
  learner.model().set_weights(
      {{kernel.reshaped().begin(), kernel.reshaped().end()}, values["intercepts"]});
}

Eigen::VectorXi labels(const Json& values) {
  Eigen::VectorXi labels(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) labels[static_cast<Index>(i)] = values[i];
  return labels;
}

double largest(const Eigen::MatrixXf& differences) {
  return static_cast<double>(differences.cwiseAbs().maxCoeff());
}

void compare_regressor(const Json& values) {
  const Eigen::MatrixXf x = matrix(values["x"]), y = matrix(values["y"]);
  const std::vector<float> weights = values["sample_weight"];
  Regressor regressor(build_linear);
  regressor.fit(x, y, {.epochs = 0});
  set_weights(regressor, values);
  CHECK(largest(regressor.predict(x) - matrix(values["prediction"])) < 1e-5);
  CHECK(regressor.score(x, y) == Approx(values["score"][0].get<double>()).epsilon(1e-6));
  CHECK(regressor.score(x, y, weights) == Approx(values["score"][1].get<double>()).epsilon(1e-6));
}

void compare_classifier(const Json& values) {
  const Eigen::MatrixXf x = matrix(values["x"]);
  const Eigen::VectorXi y = labels(values["y"]);
  const std::vector<float> weights = values["sample_weight"];
  Classifier classifier(build_linear);
  classifier.fit(x, y, {.epochs = 0});
  set_weights(classifier, values);
  CHECK(classifier.classes() == values["classes"].get<std::vector<int>>());
  CHECK(classifier.predict(x) == labels(values["prediction"]));
  CHECK(largest(classifier.predict_proba(x) - matrix(values["probabilities"])) < 1e-6);
  CHECK(classifier.score(x, y) == Approx(values["score"][0].get<double>()));
  CHECK(classifier.score(x, y, weights) == Approx(values["score"][1].get<double>()));
}

void compare_multilabel(const Json& values) {
  const Eigen::MatrixXf x = matrix(values["x"]);
  const Eigen::MatrixXi y = matrix(values["y"]).cast<int>();
  const std::vector<float> weights = values["sample_weight"];
  MultilabelClassifier classifier(build_linear);
  classifier.fit(x, y, {.epochs = 0});
  set_weights(classifier, values);
  CHECK(classifier.predict(x) == matrix(values["prediction"]).cast<int>());
  CHECK(largest(classifier.predict_proba(x) - matrix(values["probabilities"])) < 1e-6);
  CHECK(classifier.score(x, y) == Approx(values["score"][0].get<double>()));
  CHECK(classifier.score(x, y, weights) == Approx(values["score"][1].get<double>()));
}

}  // namespace

TEST_CASE("predictions and scores are scikit-learn's") {
  const Json golden = tests::golden_file("sklearn_scores");
  REQUIRE(golden["cases"].size() == 5);
  for (const Json& values : golden["cases"]) {
    CAPTURE(values["name"].get<std::string>());
    const auto compare = values.contains("classes")  ? compare_classifier
                         : values.contains("labels") ? compare_multilabel
                                                     : compare_regressor;
    compare(values);
  }
}

}  // namespace tune::model
