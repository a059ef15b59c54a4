#include <fstream>
#include <nlohmann/json.hpp>

#include "model/activation.hpp"
#include "model/losses/loss.hpp"
#include "model/model.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

// Values of real Keras, written by keras_sgd.py, which says what they are.

namespace tune::model {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-5;

const Json& golden() {
  static const Json kValues =
      Json::parse(std::ifstream(TUNE_SOURCE_DIR "/tests/golden/keras_sgd.json"));
  return kValues;
}

/// [samples][features] as features x samples.
Eigen::MatrixXf matrix(const Json& rows) {
  Eigen::MatrixXf matrix(rows.at(0).size(), rows.size());
  for (std::size_t s = 0; s < rows.size(); ++s) {
    for (std::size_t i = 0; i < rows[s].size(); ++i) {
      matrix(static_cast<Index>(i), static_cast<Index>(s)) = rows[s][i];
    }
  }
  return matrix;
}

/// Nested lists, the last axis changing fastest.
std::vector<float> flat(const Json& values) {
  if (!values[0].is_array()) return values;
  std::vector<float> all;
  for (const Json& row : values) {
    const std::vector<float> part = flat(row);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::vector<std::vector<float>> weights(const Json& list) {
  std::vector<std::vector<float>> all;
  for (const Json& weight : list) all.push_back(flat(weight));
  return all;
}

/// All batches of a case, one after the other.
tests::Table batches(const Json& list) {
  Json x = Json::array(), y = Json::array();
  for (const Json& batch : list) {
    x.insert(x.end(), batch["x"].begin(), batch["x"].end());
    y.insert(y.end(), batch["y"].begin(), batch["y"].end());
  }
  return {matrix(x), matrix(y)};
}

Model model_of(const Json& run) {
  std::vector<LayerPtr> layers;
  for (const Json& layer : run["layers"]) {
    layers.push_back(dense(layer["units"], {.activation = layer["activation"]}));
  }
  Model model(sequential({run["inputs"].get<std::int64_t>()}, layers));
  const Json& optimizer = run["optimizer"];
  model.compile({.optimizer = sgd({.learning_rate = optimizer["learning_rate"],
                                   .momentum = optimizer["momentum"]}),
                 .losses = {make_loss(run["loss"].get<std::string>())}});
  model.set_weights(weights(run["weights"]));
  return model;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  return largest;
}

}  // namespace

TEST_CASE("ten steps of SGD equal Keras's") {
  for (const Json& run : golden()["cases"]) {
    const std::string name = run["name"];
    CAPTURE(name);
    const tests::Table table = batches(run["batches"]);
    const auto batch = static_cast<Index>(run["batches"][0]["x"].size());
    const std::size_t steps = run["batches"].size();
    REQUIRE(steps == 10);
    for (std::size_t step = 0; step <= steps; ++step) {
      CAPTURE(step);
      Model model = model_of(run);
      Samples before = table.samples(), next = table.samples();
      const std::size_t done = step * static_cast<std::size_t>(batch);
      before.rows = before.rows.first(done);
      if (step > 0) model.fit(before, nullptr, {.batch_size = batch, .shuffle = false});
      if (step < steps) {
        next.rows = next.rows.subspan(done, static_cast<std::size_t>(batch));
        CHECK(model.evaluate(next).at("loss") ==
              Approx(run["losses"][step].get<double>()).epsilon(0).margin(kTolerance));
        continue;
      }
      const auto expected = weights(run["final_weights"]);
      const auto found = model.get_weights();
      REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(largest_difference(found[i], expected[i]) < kTolerance);
      }
    }
  }
}

TEST_CASE("activations and their gradients equal Keras's") {
  for (const Json& row : golden()["activations"]) {
    const std::string name = row["name"];
    CAPTURE(name);
    const Activation& function = activation(name);
    const tests::Blocked values(matrix(row["z"])), gradient(matrix(row["output_gradient"]));
    function.apply(values.block(), values.samples());
    CHECK((values.matrix() - matrix(row["output"])).cwiseAbs().maxCoeff() < 1e-6);
    function.backward(values.block(), gradient.block(), values.samples());
    CHECK((gradient.matrix() - matrix(row["gradient"])).cwiseAbs().maxCoeff() < 1e-6);
  }
}

TEST_CASE("losses and their gradients equal Keras's") {
  for (const Json& row : golden()["losses"]) {
    const std::string name = row["name"];
    CAPTURE(name);
    const LossPtr loss = make_loss(name);
    const Activation& last = activation(row["activation"].get<std::string>());
    const tests::Blocked prediction(matrix(row["logits"])), target(matrix(row["target"]));
    const tests::Blocked gradient(prediction.matrix());
    const Index samples = prediction.samples();
    last.apply(prediction.block(), samples);
    LossPass pass{.prediction = prediction.block(),
                  .input = {},
                  .target = target.block(),
                  .weights = nullptr,
                  .samples = samples,
                  .scale = 1.0f / static_cast<float>(samples),
                  .gradient = gradient.block(),
                  .before_activation = false};
    const auto n = static_cast<double>(samples);
    CHECK(loss->compute(pass) / n == Approx(row["value"].get<double>()).epsilon(kTolerance));
    last.backward(prediction.block(), gradient.block(), samples);
    CHECK((gradient.matrix() - matrix(row["gradient"])).cwiseAbs().maxCoeff() < 1e-6);
    const std::vector<float> weights = row["sample_weights"];
    pass.weights = weights.data();
    CHECK(loss->compute(pass) / n ==
          Approx(row["weighted_value"].get<double>()).epsilon(kTolerance));
  }
}

}  // namespace tune::model
