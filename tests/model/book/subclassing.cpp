#include "model/subclassing.hpp"

#include "model/arrays.hpp"
#include "model/losses/makers.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

class WideAndDeepModel : public Subclassed {
 public:
  explicit WideAndDeepModel(int units = 30)
      : hidden1_(layer(dense(units, {.activation = "relu"}))),
        hidden2_(layer(dense(units, {.activation = "relu"}))),
        main_output_(layer(dense(1))),
        aux_output_(layer(dense(1))) {}

  Tensors call(const Inputs& inputs, bool) const override {
    const auto [input_wide, input_deep] = inputs.unpack<2>();
    const Tensor hidden1 = hidden1_(input_deep);
    const Tensor hidden2 = hidden2_(hidden1);
    const Tensor concat = concatenate({input_wide, hidden2});
    return {main_output_(concat), aux_output_(hidden2)};
  }

 private:
  Sublayer hidden1_, hidden2_, main_output_, aux_output_;
};

}  // namespace

TEST_CASE("book: subclassing") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Eigen::MatrixXf x_train_wide = x_train.topRows(5),
                        x_train_deep = x_train.bottomRows(6),
                        x_new_wide = x_test.topRows(5),
                        x_new_deep = x_test.bottomRows(6);

  Model model(subclassed(WideAndDeepModel(30), {{5}, {6}}));
  model.initialize(base::Rng(42));
  model.compile(
      {.optimizer = adam(),
       .losses = {mean_squared_error(), mean_squared_error()},
       .loss_weights = {0.9f, 0.1f}});
  const History history = model.fit(
      Arrays({x_train_wide, x_train_deep}, {y_train, y_train}),
      {.epochs = 10});
  const std::vector<Eigen::MatrixXf> y_pred =
      model.predict_all(Arrays({x_new_wide, x_new_deep}, {}));
  CHECK(history.epochs.back().at("loss") <
        history.epochs.front().at("loss"));
  REQUIRE(y_pred.size() == 2);
  CHECK(y_pred[1].cols() == x_test.cols());
}

}  // namespace tune::model
