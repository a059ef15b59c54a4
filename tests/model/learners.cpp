#include "model/arrays.hpp"
#include "model/callbacks/early_stopping.hpp"
#include "model/learners/classifier.hpp"
#include "model/learners/multilabel_classifier.hpp"
#include "model/learners/regressor.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// scikit-learn's scores are in tests/golden/sklearn_scores.cpp.

namespace tune::model {
namespace {

/// Two groups of points, with the labels -1 and 5; with three, those above 0.5 are 8.
struct Points {
  explicit Points(int groups) : y(60) {
    for (Index s = 0; s < y.size(); ++s) {
      const float z = x(0, s) - x(1, s);
      y[s] = groups == 3 && z > 0.5f ? 8 : z > 0 ? 5 : -1;
    }
  }
  Eigen::MatrixXf x = tests::random_matrix(2, 60, base::Rng(4));
  Eigen::VectorXi y;
};

Build classes_with(const LossPtr& loss, const std::string& activation, std::int64_t units) {
  return [=](const base::Configuration&, const Problem& problem) {
    Recipe recipe{
        Model(sequential(problem.input_shape, {dense(units, {.activation = activation})}))};
    recipe.model.compile({.optimizer = adam({.learning_rate = 0.05}), .losses = {loss}});
    return recipe;
  };
}

}  // namespace

TEST_CASE("a regressor builds by its parameters, trains and scores") {
  const tests::Table table = tests::regression(200), test = tests::regression(50, 2);
  Regressor regressor(build_with("mlp"), {{"n_neurons", std::int64_t{10}}, {"optimizer", "adam"}});
  regressor.set_params({{"activation", "tanh"}, {"learning_rate", 0.02}});
  CHECK(regressor.get_params().size() == 4);
  regressor.fit(table.x, table.y, {.epochs = 30, .rng = base::Rng(1)});
  CHECK(regressor.history().epochs.size() == 30);
  CHECK(regressor.model().get_layer("dense").shape == Shape{10});
  CHECK(regressor.score(test.x, test.y) > 0.9);
  CHECK(regressor.predict(test.x) == regressor.model().predict(test.x));
}

TEST_CASE("a regressor trains as its model does, from the weights of the stream") {
  const tests::Table table = tests::regression(40), valid = tests::regression(10, 2);
  const std::vector<float> weights(40, 0.5f);
  const Build build = [](const base::Configuration&, const Problem&) {
    return Recipe{tests::regression_model()};
  };
  const base::Rng rng(8);
  Model model = tests::regression_model();
  model.initialize(rng);
  tests::Table weighted = table;
  weighted.weights = weights;
  const Samples validation = valid.samples();
  const History expected = model.fit(weighted.samples(), &validation, {.epochs = 3, .rng = rng});
  Regressor regressor(build);
  regressor.fit(table.x, table.y, valid.x, valid.y, {.epochs = 3, .rng = rng}, weights);
  CHECK(regressor.model().get_weights() == model.get_weights());
  CHECK(regressor.history().epochs == expected.epochs);
  // A second fit starts anew.
  regressor.fit(table.x, table.y, valid.x, valid.y, {.epochs = 3, .rng = rng}, weights);
  CHECK(regressor.model().get_weights() == model.get_weights());
}

TEST_CASE("copies of a learner are independent, and a clone is not trained") {
  const tests::Table table = tests::regression(40);
  Regressor first(build_with("mlp"), {{"n_neurons", std::int64_t{3}}});
  first.fit(table.x, table.y);
  Regressor copy = first, clone = first.clone();
  CHECK(copy.predict(table.x) == first.predict(table.x));
  copy.set_params({{"n_neurons", std::int64_t{5}}});
  copy.fit(table.x, table.y);
  CHECK(first.model().get_layer("dense").shape == Shape{3});
  CHECK(copy.model().get_layer("dense").shape == Shape{5});
  CHECK(clone.get_params() == first.get_params());
  CHECK_THROWS_WITH(clone.predict(table.x), "nothing has been trained yet: call fit first");
  CHECK_THROWS_WITH(clone.model(), "there is no model yet: call fit first");
}

TEST_CASE("a classifier learns labels of any kind, however the loss takes them") {
  for (const int groups : {2, 3}) {
    const Points points(groups);
    std::vector<Build> builds = {build_with("mlp"),
                                 classes_with(sparse_categorical_crossentropy(), "softmax", groups),
                                 classes_with(categorical_crossentropy(), "softmax", groups),
                                 classes_with(binary_crossentropy(), "sigmoid", groups)};
    if (groups == 2) builds.push_back(classes_with(hinge(), "tanh", 1));
    for (std::size_t i = 0; i < builds.size(); ++i) {
      CAPTURE(groups, i);
      Classifier classifier(builds[i]);
      if (i == 0) classifier.set_params({{"optimizer", "adam"}, {"learning_rate", 0.05}});
      classifier.fit(points.x, points.y, {.epochs = 100, .batch_size = 10});
      CHECK(classifier.classes() == (groups == 2 ? std::vector{-1, 5} : std::vector{-1, 5, 8}));
      CHECK(classifier.score(points.x, points.y) > 0.85);
    }
  }
}

TEST_CASE("two classes have two probabilities, of one unit too") {
  const Points points(2);
  Classifier classifier(build_with("mlp"));
  classifier.fit(points.x, points.y, {.epochs = 2});
  const Eigen::MatrixXf p = classifier.predict_proba(points.x);
  REQUIRE(p.rows() == 2);
  CHECK((p.colwise().sum().array() - 1).abs().maxCoeff() < 1e-6f);
  CHECK(p.row(1) == classifier.model().predict(points.x));
  const Eigen::VectorXi labels = classifier.predict(points.x);
  for (Index s = 0; s < labels.size(); ++s) CHECK(labels[s] == (p(1, s) > 0.5f ? 5 : -1));
  Classifier perceptron(build_with("perceptron"));
  perceptron.fit(points.x, points.y, {.epochs = 20});
  CHECK(perceptron.score(points.x, points.y) > 0.9);
  CHECK_THROWS_WITH(perceptron.predict_proba(points.x),
                    "the model gives no probabilities: its outputs are 'heaviside', not sigmoid or "
                    "softmax");
}

TEST_CASE("validation and weights of classes go by the labels") {
  const Points points(3), valid(3);
  Classifier a(build_with("mlp")), b(build_with("mlp"));
  std::vector<float> weights;
  for (const int label : points.y) weights.push_back(label == 8 ? 3.0f : 1.0f);
  EarlyStopping stopping({.patience = 5});
  Callback* const callbacks[] = {&stopping};
  a.fit(points.x, points.y, valid.x, valid.y,
        {.epochs = 2, .callbacks = callbacks, .class_weight = {{8, 3.0f}}});
  b.fit(points.x, points.y, {.epochs = 2}, weights);
  CHECK(a.model().get_weights() == b.model().get_weights());
  CHECK(a.history().epochs[1].contains("val_loss"));
}

TEST_CASE("a classifier of several labels learns each of them") {
  const Eigen::MatrixXf x = tests::random_matrix(2, 80, base::Rng(4));
  Eigen::MatrixXi y(3, x.cols());
  y << (x.row(0).array() > x.row(1).array()).cast<int>(), (x.row(0).array() > 0).cast<int>(),
      (x.row(1).array() > 0.3f).cast<int>();
  MultilabelClassifier classifier(build_with("mlp"),
                                  {{"optimizer", "adam"}, {"learning_rate", 0.05}});
  classifier.fit(x, y, x, y, {.epochs = 60, .batch_size = 10});
  CHECK(classifier.score(x, y) > 0.9);
  CHECK(classifier.history().epochs[0].contains("val_loss"));
  const Eigen::MatrixXf p = classifier.predict_proba(x);
  CHECK(p == classifier.model().predict(x));
  CHECK(classifier.predict(x) == (p.array() > 0.5f).cast<int>().matrix());
  CHECK_THROWS_WITH(classifier.clone().predict(x), "nothing has been trained yet: call fit first");
  MultilabelClassifier perceptron(build_with("perceptron"));
  perceptron.fit(x, y, {.epochs = 20});
  CHECK(perceptron.score(x, y) > 0.7);
  CHECK_THROWS_AS(perceptron.predict_proba(x), base::InputError);
}

TEST_CASE("a classifier of several labels weighs samples, and refuses what does not go together") {
  const Eigen::MatrixXf x = tests::random_matrix(2, 12, base::Rng(4));
  const Eigen::MatrixXi y = (x.array() > 0).cast<int>();
  MultilabelClassifier first(build_with("linear")), second(build_with("linear"));
  std::vector<float> weights(12, 1.0f);
  weights[3] = 2;
  Eigen::MatrixXf twice_x(2, 13);
  Eigen::MatrixXi twice_y(2, 13);
  twice_x << x, x.col(3);
  twice_y << y, y.col(3);
  // One batch; the mean is over 13 samples in place of 12.
  first.set_params({{"optimizer", "sgd"}, {"learning_rate", 0.12}});
  second.set_params({{"optimizer", "sgd"}, {"learning_rate", 0.13}});
  first.fit(x, y, {.epochs = 5}, weights);
  second.fit(twice_x, twice_y, {.epochs = 5});
  CHECK((first.predict_proba(x) - second.predict_proba(x)).cwiseAbs().maxCoeff() < 1e-6f);
  CHECK(first.score(x, y, weights) == Approx(second.score(twice_x, twice_y)));
  CHECK_THROWS_WITH(first.fit(x, 2 * y),
                    "fit: y has a 2; where there are several labels, each is "
                    "0 or 1");
  CHECK_THROWS_WITH(first.score(x, y.topRows(1)),
                    "score: there must be a label, and a weight if any, for each sample");
  MultilabelClassifier narrow(classes_with(binary_crossentropy(), "sigmoid", 1));
  CHECK_THROWS_WITH(narrow.fit(x, y), "fit: the model has 1 outputs for 2 labels");
}

TEST_CASE("normalization layers are adapted to the samples of the fit") {
  const tests::Table table = tests::regression(40);
  Regressor regressor([](const base::Configuration&, const Problem& problem) {
    Recipe recipe{Model(sequential(problem.input_shape, {normalization(), dense(1)}))};
    recipe.model.compile({.losses = {mean_squared_error()}});
    return recipe;
  });
  regressor.fit(table.x, table.y);
  const std::vector<Weight> weights = regressor.model().get_weights("normalization");
  CHECK(weights.at(0).values.at(1) == Approx(table.x.row(1).mean()).epsilon(1e-5));
}

TEST_CASE("samples are shared out, and callbacks made, as the recipe says") {
  const tests::Table table = tests::regression(40), valid = tests::regression(10, 2);
  std::vector<bool> made;
  const Build build = [&](const base::Configuration&, const Problem&) {
    Graph graph;
    const auto wide = graph.input({1}), deep = graph.input({2});
    const auto hidden = graph.add(dense(4, {.activation = "tanh"}), deep);
    const auto joined = graph.add(concatenate(), {wide, hidden});
    const auto main = graph.add(dense(1), joined), beside = graph.add(dense(1), hidden);
    Recipe recipe{Model(std::move(graph).build({main, beside})), {{2}, {0, 1}}, {}};
    recipe.model.compile({.losses = {mean_squared_error(), mean_squared_error()}});
    recipe.callbacks = [&](bool validated) {
      made.push_back(validated);
      Callbacks callbacks;
      callbacks.push_back(std::make_unique<EarlyStopping>(
          EarlyStoppingOptions{.monitor = "loss", .patience = 0, .min_delta = 1e9}));
      return callbacks;
    };
    return recipe;
  };
  Regressor regressor(build);
  regressor.fit(table.x, table.y, {.epochs = 9});
  CHECK(regressor.history().epochs.size() == 2);
  CHECK(regressor.history().epochs[0].contains("dense_2_loss"));
  regressor.fit(table.x, table.y, {.epochs = 9, .validation_split = 0.5});
  regressor.fit(table.x, table.y, valid.x, valid.y, {.epochs = 9});
  CHECK(made == std::vector<bool>{false, true, true});
  const Eigen::MatrixXf wide = table.x.row(2), deep = table.x.topRows(2);
  CHECK(regressor.predict(table.x) == regressor.model().predict(Arrays({wide, deep}, {})));
  CHECK(regressor.Learner::predict(Arrays({wide, deep}, {})) == regressor.predict(table.x));
}

TEST_CASE("learners refuse what does not go together") {
  const Points points(3);
  const Eigen::VectorXi one = Eigen::VectorXi::Constant(60, 4), few = one.head(5);
  Classifier classifier(build_with("mlp"));
  CHECK_THROWS_WITH(classifier.fit(points.x, one),
                    "fit: labels of at least two classes are needed");
  CHECK_THROWS_WITH(classifier.fit(points.x, points.y, points.x, one),
                    "the label 4 is not one of those of y");
  CHECK_THROWS_WITH(classifier.fit(points.x, points.y, {.class_weight = {{4, 1.0f}}}),
                    "the label 4 is not one of those of y");
  CHECK_THROWS_WITH(classifier.fit(points.x, points.y.head(9)), "x has 60 samples, y has 9");
  Classifier two(classes_with(sparse_categorical_crossentropy(), "softmax", 2));
  CHECK_THROWS_WITH(two.fit(points.x, points.y), "fit: the model has 2 outputs for 3 classes");
  classifier.fit(points.x, points.y);
  CHECK_THROWS_WITH(classifier.score(points.x, few),
                    "score: there must be a label, and a weight if any, for each sample");
  Regressor wrong(build_with("mlp"), {{"n_neuron", std::int64_t{3}}});
  CHECK_THROWS_WITH(wrong.fit(points.x, points.x),
                    "n_neuron: unknown key; did you mean 'n_neurons'?");
  CHECK_THROWS_WITH(build_with("mpl"), "unknown builder 'mpl'; did you mean 'mlp'?");
}

}  // namespace tune::model
