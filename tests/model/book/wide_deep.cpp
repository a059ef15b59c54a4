#include <utility>

#include "model/arrays.hpp"
#include "model/losses/makers.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {

TEST_CASE("book: wide and deep") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();

  Graph graph;
  const auto input = graph.input({8});
  const auto hidden1 =
      graph.add(dense(30, {.activation = "relu"}), input);
  const auto hidden2 =
      graph.add(dense(30, {.activation = "relu"}), hidden1);
  const auto concat = graph.add(concatenate(), {input, hidden2});
  const auto output = graph.add(dense(1), concat);
  Model model(std::move(graph).build({output}));
  model.initialize(base::Rng(42));
  model.compile({.losses = {mean_squared_error()}});
  model.fit(Arrays(x_train, y_train), Arrays(x_valid, y_valid),
            {.epochs = 20});
  CHECK(model.get_layer("concatenate").shape == Shape{38});
  CHECK(model.evaluate(Arrays(x_test, y_test)).at("loss") < 2);
}

TEST_CASE("book: wide and deep, with two inputs") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Eigen::MatrixXf x_new = x_test.leftCols(3);

  Graph graph;
  const auto input_wide = graph.input({5}, "wide_input");
  const auto input_deep = graph.input({6}, "deep_input");
  const auto hidden1 =
      graph.add(dense(30, {.activation = "relu"}), input_deep);
  const auto hidden2 =
      graph.add(dense(30, {.activation = "relu"}), hidden1);
  const auto concat =
      graph.add(concatenate(), {input_wide, hidden2});
  const auto output = graph.add(dense(1), concat, "output");
  Model model(std::move(graph).build({output}));
  model.initialize(base::Rng(42));

  const Eigen::MatrixXf x_train_wide = x_train.topRows(5),
                        x_train_deep = x_train.bottomRows(6),
                        x_valid_wide = x_valid.topRows(5),
                        x_valid_deep = x_valid.bottomRows(6),
                        x_test_wide = x_test.topRows(5),
                        x_test_deep = x_test.bottomRows(6),
                        x_new_wide = x_new.topRows(5),
                        x_new_deep = x_new.bottomRows(6);
  model.compile({.optimizer = sgd({.learning_rate = 1e-3}),
                 .losses = {mean_squared_error()}});
  model.fit(Arrays({x_train_wide, x_train_deep}, {y_train}),
            Arrays({x_valid_wide, x_valid_deep}, {y_valid}),
            {.epochs = 20});
  const Logs test = model.evaluate(
      Arrays({x_test_wide, x_test_deep}, {y_test}));
  const Eigen::MatrixXf y_pred =
      model.predict(Arrays({x_new_wide, x_new_deep}, {}));
  CHECK(test.size() == 1);
  CHECK(y_pred.cols() == 3);
}

TEST_CASE("book: wide and deep, with an auxiliary output") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Eigen::MatrixXf x_train_wide = x_train.topRows(5),
                        x_train_deep = x_train.bottomRows(6),
                        x_valid_wide = x_valid.topRows(5),
                        x_valid_deep = x_valid.bottomRows(6),
                        x_test_wide = x_test.topRows(5),
                        x_test_deep = x_test.bottomRows(6),
                        x_new_wide = x_test_wide.leftCols(3),
                        x_new_deep = x_test_deep.leftCols(3);
  Graph graph;
  const auto input_wide = graph.input({5}, "wide_input");
  const auto input_deep = graph.input({6}, "deep_input");
  const auto hidden1 =
      graph.add(dense(30, {.activation = "relu"}), input_deep);
  const auto hidden2 =
      graph.add(dense(30, {.activation = "relu"}), hidden1);
  const auto concat =
      graph.add(concatenate(), {input_wide, hidden2});

  const auto output = graph.add(dense(1), concat, "output");
  const auto aux_output =
      graph.add(dense(1), hidden2, "aux_output");
  Model model(std::move(graph).build({output, aux_output}));
  model.initialize(base::Rng(42));
  model.compile(
      {.optimizer = adam(),
       .losses = {mean_squared_error(), mean_squared_error()},
       .loss_weights = {0.9f, 0.1f},
       .output_metrics = {{"rmse"}, {"rmse"}}});

  model.fit(
      Arrays({x_train_wide, x_train_deep}, {y_train, y_train}),
      Arrays({x_valid_wide, x_valid_deep}, {y_valid, y_valid}),
      {.epochs = 20});
  const Logs test = model.evaluate(
      Arrays({x_test_wide, x_test_deep}, {y_test, y_test}));
  const double weighted_sum_of_losses = test.at("loss"),
               main_loss = test.at("output_loss"),
               aux_loss = test.at("aux_output_loss"),
               main_rmse = test.at("output_rmse"),
               aux_rmse = test.at("aux_output_rmse");
  const std::vector<Eigen::MatrixXf> y_pred =
      model.predict_all(Arrays({x_new_wide, x_new_deep}, {}));
  CHECK(weighted_sum_of_losses ==
        Approx(0.9 * main_loss + 0.1 * aux_loss));
  CHECK(main_rmse == Approx(std::sqrt(main_loss)));
  CHECK(aux_rmse == Approx(std::sqrt(aux_loss)));
  REQUIRE(y_pred.size() == 2);
  CHECK(y_pred[1].cols() == 3);
}

}  // namespace tune::model
