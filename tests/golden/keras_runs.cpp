#include <cmath>
#include <map>

#include "model/layers/catalogue.hpp"
#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/tables.hpp"

// Trainings with real Keras, written by keras_runs.py, which says what they are.

namespace tune::model {
namespace {

using tests::Json;

constexpr int kBatches = 10;

/// keras_runs.py's draw(): splitmix64 of stream and place, from 0 to below 1.
std::vector<double> draw(std::uint64_t stream, std::size_t count) {
  std::vector<double> numbers(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t z = ((stream << 32) + i + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    numbers[i] = std::ldexp(static_cast<double>((z ^ z >> 31) >> 40), -24);
  }
  return numbers;
}

/// Drawn numbers over (centre - width, centre + width).
std::vector<float> spread(const std::vector<double>& drawn, const Json& span) {
  const double centre = span[0], width = span[1];
  std::vector<float> numbers;
  for (const double number : drawn) {
    numbers.push_back(static_cast<float>(centre + width * (2 * number - 1)));
  }
  return numbers;
}

NetworkPtr network_of(const Json& run) {
  Graph graph;
  std::map<std::string, Graph::Handle> handles;
  for (const Json& node : run["nodes"]) {
    const std::string name = node[0], layer = node[1];
    if (layer == "Input") {
      handles[name] = graph.input(node[3]["shape"].get<Shape>(), name);
      continue;
    }
    std::vector<Graph::Handle> inputs;
    for (const std::string input : node[2]) inputs.push_back(handles.at(input));
    handles[name] =
        graph.add(tests::make(layers(), layer, tests::configuration(node[3])), inputs, name);
  }
  std::vector<Graph::Handle> outputs;
  for (const std::string output : run["outputs"]) outputs.push_back(handles.at(output));
  return std::move(graph).build(outputs);
}

/// Compiled, with the weights drawn.
Model model_of(const Json& run) {
  Model model(network_of(run));
  const Json& optimizer = run["optimizer"];
  model.compile(
      {.optimizer =
           tests::make(optimizers(), optimizer["name"], tests::configuration(optimizer["options"])),
       .losses = std::vector(run["outputs"].size(), make_loss(run["loss"].get<std::string>())),
       .loss_weights = run["loss_weights"],
       .metrics = run["metrics"],
       .weighted_metrics = run["weighted"] ? run["metrics"].get<std::vector<std::string>>()
                                           : std::vector<std::string>()});
  std::vector<std::vector<float>> weights = model.get_weights();
  REQUIRE(weights.size() == run["weights"].size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = spread(draw(i, weights[i].size()), run["weights"][i]);
  }
  model.set_weights(weights);
  return model;
}

/// The rows of all batches; owns what Samples look at.
class Data {
 public:
  explicit Data(const Json& run)
      : inputs_(run["inputs"]),
        outputs_(run["outputs"].size()),
        rows_(tests::first_rows(kBatches * run["batch"].get<Index>())),
        x_(matrix(spread(drawn(100, run["features"]), run["x"]))),
        y_(matrix(targets(drawn(101, run["columns"]), run["classes"]))) {
    for (std::size_t i = 0; run["weighted"] && i < outputs_; ++i) {
      weights_.push_back(spread(drawn(102 + i, 1), {1, 1}));
    }
  }

  Samples samples() const {
    Samples samples{.targets = std::vector(outputs_, Columns(y_)), .rows = rows_};
    for (const auto& [first, count] : inputs_) {
      samples.inputs.emplace_back(x_.middleRows(first, count));
    }
    for (const std::vector<float>& weights : weights_) samples.weights.push_back(weights.data());
    return samples;
  }

 private:
  std::vector<double> drawn(std::uint64_t stream, std::size_t columns) const {
    return draw(stream, rows_.size() * columns);
  }
  static std::vector<float> targets(const std::vector<double>& drawn, int classes) {
    if (classes == 0) return spread(drawn, {0, 1});
    std::vector<float> numbers;
    for (const double number : drawn) {
      numbers.push_back(static_cast<float>(std::floor(classes * number)));
    }
    return numbers;
  }
  Eigen::MatrixXf matrix(const std::vector<float>& numbers) const {
    const auto cols = static_cast<Index>(rows_.size());
    return Eigen::Map<const Eigen::MatrixXf>(numbers.data(),
                                             static_cast<Index>(numbers.size()) / cols, cols);
  }

  std::vector<std::pair<Index, Index>> inputs_;
  std::size_t outputs_;
  std::vector<std::uint32_t> rows_;
  Eigen::MatrixXf x_, y_;
  std::vector<std::vector<float>> weights_;  ///< one an output; empty: none
};

/// Both sides compute in float32, each in an order of its own.
constexpr double kTolerance = 1e-6;

void check_logs(const History& history, const Json& expected) {
  REQUIRE(history.epochs.size() == kBatches);
  CHECK(history.epochs[0].size() == expected.size());
  for (const auto& [figure, values] : expected.items()) {
    for (std::size_t batch = 0; batch < kBatches; ++batch) {
      CAPTURE(figure, batch);
      CHECK(history.epochs[batch].at(figure) ==
            Approx(values[batch].get<double>()).epsilon(kTolerance));
    }
  }
}

void check_weights(const Model& model, const Json& expected) {
  const std::vector<std::vector<float>> found = model.get_weights();
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t size = found[i].size();
    const std::vector<float> some = expected[i]["some"];
    for (std::size_t k = 0; k < some.size(); ++k) {
      CAPTURE(i, k);
      CHECK(found[i][k * size / some.size()] == Approx(some[k]).epsilon(0).margin(kTolerance));
    }
    const std::vector<double> factors = draw(200 + i, size);
    double sum = 0;
    for (std::size_t k = 0; k < size; ++k) sum += factors[k] * static_cast<double>(found[i][k]);
    CAPTURE(i);
    CHECK(sum == Approx(expected[i]["sum"].get<double>()).epsilon(kTolerance).margin(kTolerance));
  }
}

}  // namespace

TEST_CASE("ten steps of a training, their losses, metrics and weights, equal Keras's") {
  const Json golden = tests::golden_file("keras_runs");
  for (const Json& run : golden["runs"]) {
    CAPTURE(run["label"].get<std::string>(), run["optimizer"].dump());
    Model model = model_of(run);
    const Data data(run);
    // Epochs of one batch: what each reports is that batch's.
    const History history = model.fit(
        data.samples(), nullptr,
        {.epochs = kBatches, .batch_size = run["batch"], .shuffle = false, .steps_per_epoch = 1});
    check_logs(history, run["logs"]);
    check_weights(model, run["after"]);
  }
}

}  // namespace tune::model
