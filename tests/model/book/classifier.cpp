#include <iostream>
#include <sstream>

#include "model/arrays.hpp"
#include "model/callbacks/progress_bar.hpp"
#include "model/losses/makers.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {

TEST_CASE("book: a classifier of images") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::images();
  std::ostringstream out;

  const std::vector<LayerPtr> layers = {
      flatten(),
      dense(300, {.activation = "relu"}),
      dense(100, {.activation = "relu"}),
      dense(10, {.activation = "softmax"}),
  };
  Model model(sequential({28, 28}, layers));
  model.initialize(base::Rng(42));
  out << model.summary();
  CHECK(out.str().find(" Total params: 266,610 (1.02 MB)") !=
        std::string::npos);

  const Node& hidden1 = model.get_layer("dense");
  const std::vector<Weight> weights = model.get_weights("dense");
  out << to_text(weights[0].shape)   // (784, 300)
      << to_text(weights[1].shape);  // (300)
  model.set_weights("dense", weights);
  CHECK(out.str().ends_with("(784, 300)(300)"));
  CHECK(hidden1.name == "dense");
  CHECK(hidden1.shape == Shape{300});

  model.compile({.optimizer = sgd(),
                 .losses = {sparse_categorical_crossentropy()},
                 .metrics = {"accuracy"}});

  ProgressBar bar(out);
  Callback* const callbacks[] = {&bar};
  const History history = model.fit(
      Arrays(x_train, y_train), Arrays(x_valid, y_valid),
      {.epochs = 30, .callbacks = callbacks});
  CHECK(history.epochs.size() == 30);
  CHECK(out.str().find("Epoch 30/30\n") != std::string::npos);

  for (const Logs& logs : history.epochs) {
    out << logs.at("loss") << ' ' << logs.at("val_accuracy")
        << '\n';
  }
  CHECK(history.epochs.back().at("loss") <
        history.epochs.front().at("loss"));

  const Logs test = model.evaluate(Arrays(x_test, y_test));
  out << test.at("loss") << ' ' << test.at("accuracy");
  CHECK(test.at("accuracy") > 0.5);

  const Eigen::MatrixXf x_new = x_test.leftCols(3);
  const Eigen::MatrixXf y_proba = model.predict(x_new);
  const Eigen::VectorXi y_pred = model.predict_classes(x_new);
  CHECK(y_proba.rows() == 10);
  Index largest = 0;
  y_proba.col(2).maxCoeff(&largest);
  CHECK(y_pred[2] == largest);
}

TEST_CASE("book: samples and classes that count more") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::images();
  Model model(sequential(
      {28, 28},
      {flatten(), dense(10, {.activation = "softmax"})}));
  model.compile({.losses = {sparse_categorical_crossentropy()}});
  const std::vector<float> sample_weight(
      static_cast<std::size_t>(x_train.cols()), 0.5f);

  model.fit(Arrays(x_train, y_train),
            {.validation_split = 0.1,
             .class_weight = {{0, 2.0f}, {9, 0.5f}}});
  model.fit(Arrays(x_train, y_train, sample_weight),
            {.epochs = 3, .initial_epoch = 1});
  CHECK(model.get_weights("dense").size() == 2);
}

}  // namespace tune::model
