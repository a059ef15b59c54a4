#include "model/callbacks/early_stopping.hpp"
#include "model/learners/regressor.hpp"
#include "model/losses/makers.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

const std::vector<base::Key> kKeys = {
    base::integer_key("n_hidden", 1, 0, 100, "hidden layers"),
    base::integer_key("n_neurons", 30, 1, 1000, "of each"),
    base::positive_key("learning_rate", 3e-3, 10, "of SGD"),
};

Recipe build_model(const base::Configuration& params,
                   const Problem& problem) {
  const base::Reader options(params, kKeys);
  std::vector<LayerPtr> layers;
  for (int i = 0; i < options.integer("n_hidden"); ++i) {
    layers.push_back(dense(options.integer("n_neurons"),
                           {.activation = "relu"}));
  }
  layers.push_back(dense(1));
  Model model(sequential(problem.input_shape, layers));
  model.compile(
      {.optimizer =
           sgd({.learning_rate = options.real("learning_rate")}),
       .losses = {mean_squared_error()}});
  return {model};
}

}  // namespace

TEST_CASE("book: a model around which a search can be") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Eigen::MatrixXf x_new = x_test.leftCols(3);

  Regressor keras_reg(build_model);
  EarlyStopping early_stopping({.patience = 10});
  Callback* const callbacks[] = {&early_stopping};
  keras_reg.fit(x_train, y_train, x_valid, y_valid,
                {.epochs = 100, .callbacks = callbacks});
  const double r2_test = keras_reg.score(x_test, y_test);
  const Eigen::MatrixXf y_pred = keras_reg.predict(x_new);
  CHECK(r2_test < 1);
  CHECK(y_pred.cols() == 3);

  Regressor other = keras_reg.clone();
  other.set_params({{"n_hidden", 2}, {"learning_rate", 0.01}});
  other.fit(x_train, y_train, {.epochs = 20});
  CHECK(other.model().get_layer("dense_2").shape == Shape{1});
}

}  // namespace tune::model
