#include <sstream>

#include "model/adapt.hpp"
#include "model/arrays.hpp"
#include "model/learners/classifier.hpp"
#include "model/losses/makers.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {

TEST_CASE("book: a regression") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Eigen::MatrixXf x_new = x_test.leftCols(3);

  const std::vector<LayerPtr> layers = {
      normalization(),
      dense(50, {.activation = "relu"}),
      dense(50, {.activation = "relu"}),
      dense(50, {.activation = "relu"}),
      dense(1),
  };
  Model model(sequential({8}, layers));
  model.initialize(base::Rng(42));
  model.compile({.optimizer = adam({.learning_rate = 1e-3}),
                 .losses = {mean_squared_error()},
                 .metrics = {"rmse"}});
  const Arrays train(x_train, y_train);
  adapt(model.network(), model.weights(), train);
  model.fit(train, Arrays(x_valid, y_valid), {.epochs = 20});
  const Logs test = model.evaluate(Arrays(x_test, y_test));
  const Eigen::MatrixXf y_pred = model.predict(x_new);
  CHECK(test.at("rmse") == Approx(std::sqrt(test.at("loss"))));
  CHECK(y_pred.cols() == 3);
}

TEST_CASE("book: a perceptron") {
  const Eigen::MatrixXf x =
      tests::random_matrix(2, 60, base::Rng(1));
  const Eigen::VectorXi y =
      (x.row(0).array() > x.row(1).array()).cast<int>();
  const Eigen::MatrixXf x_new = x.leftCols(2);

  Classifier per_clf(build_with("perceptron"));
  per_clf.fit(x, y, {.epochs = 20, .rng = base::Rng(42)});
  const Eigen::VectorXi y_pred = per_clf.predict(x_new);
  CHECK(per_clf.score(x, y) > 0.9);
  CHECK(y_pred.size() == 2);
}

}  // namespace tune::model
