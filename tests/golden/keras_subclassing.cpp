#include <fstream>
#include <nlohmann/json.hpp>

#include "model/callbacks/lambda_callback.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/subclassing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

// Values of real Keras, written by keras_subclassing.py, which says what they are.

namespace tune::model {
namespace {

constexpr Index kRows = 16;
constexpr double kTolerance = 1e-5;

/// keras_subclassing.py's.
class Looped : public Subclassed {
 public:
  Tensors call(const Inputs& inputs, bool /*training*/) const override {
    const auto [a, b] = inputs.unpack<2>();
    Tensor x = enter_(b);
    for (int i = 0; i < 3; ++i) x = x + again_(norm_(x));
    return {main_output_(concatenate({a, x})), aux_output_(x)};
  }

 private:
  Sublayer enter_ = layer(dense(7, {.activation = "tanh"}));
  Sublayer again_ = layer(dense(7, {.activation = "tanh"}));
  Sublayer norm_ = layer(batch_normalization({.momentum = 0.9}));
  Sublayer main_output_ = layer(dense(1));
  Sublayer aux_output_ = layer(dense(3, {.activation = "softmax"}));
};

}  // namespace

TEST_CASE("a subclassed model with a loop trains as Keras's") {
  const nlohmann::json golden =
      nlohmann::json::parse(std::ifstream(TUNE_SOURCE_DIR "/tests/golden/keras_subclassing.json"));
  const auto matrix = [&](const char* name, Index rows) -> Eigen::MatrixXf {
    const std::vector<float> values = golden[name];
    return Eigen::Map<const Eigen::MatrixXf>(values.data(), rows, std::ssize(values) / rows);
  };
  const Eigen::MatrixXf a = matrix("a", 2), b = matrix("b", 4), y = matrix("y", 1),
                        c = matrix("c", 1);
  const auto rows = tests::first_rows(y.cols());
  const Samples samples{
      .inputs = {Columns(a), Columns(b)}, .targets = {Columns(y), Columns(c)}, .rows = rows};
  Model model(subclassed(Looped(), {{2}, {4}}));
  model.set_weights(golden["weights"]);
  model.compile({.optimizer = sgd({.learning_rate = 0.01, .momentum = 0.5}),
                 .losses = {mean_squared_error(), sparse_categorical_crossentropy()},
                 .loss_weights = {0.7f, 0.3f}});
  std::vector<double> losses;
  LambdaCallback recorder({.on_train_batch_end = [&](Training&, Index, const BatchLogs& logs) {
    losses.push_back(logs.batch_loss());
  }});
  Callback* const callbacks[] = {&recorder};
  model.fit(samples, nullptr, {.batch_size = kRows, .shuffle = false, .callbacks = callbacks});
  const std::vector<double> expected = golden["losses"];
  REQUIRE(losses.size() == 10);
  REQUIRE(expected.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    CHECK(losses[i] == Approx(expected[i]).epsilon(kTolerance));
  }
  const std::vector<std::vector<float>> weights = golden["final_weights"];
  const auto found = model.get_weights();
  REQUIRE(found.size() == weights.size());
  for (std::size_t w = 0; w < weights.size(); ++w) {
    CAPTURE(w);
    REQUIRE(found[w].size() == weights[w].size());
    for (std::size_t i = 0; i < weights[w].size(); ++i) {
      CHECK(found[w][i] == Approx(weights[w][i]).epsilon(0).margin(kTolerance));
    }
  }
}

}  // namespace tune::model
