#include "model/network.hpp"

#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_layers.hpp"

namespace tune::model {
namespace {

using Handles = std::vector<Graph::Handle>;

constexpr Index kSamples = 6;

LayerPtr product() {
  return std::make_shared<tests::Product>();
}

/// Trains nothing; compares the gradients of a graph with finite differences.
tests::GradientCheck check(NetworkPtr network, Compile options,
                           const std::vector<Eigen::MatrixXf>& targets) {
  Model model(std::move(network));
  model.initialize(base::Rng(5));
  model.compile(std::move(options));
  const Eigen::MatrixXf x = tests::random_matrix(3, kSamples, base::Rng(6));
  const auto rows = tests::first_rows(kSamples);
  Samples samples{.inputs = {Columns(x)}, .targets = {}, .rows = rows};
  for (const Eigen::MatrixXf& target : targets) samples.targets.emplace_back(target);
  return tests::check_gradients(model, samples);
}

Eigen::MatrixXf target(Index units, std::uint64_t seed = 7) {
  return tests::random_matrix(units, kSamples, base::Rng(seed));
}

void expect_exact(const tests::GradientCheck& check) {
  CHECK(check.error < tests::kGradientTolerance * check.largest);
  CHECK(check.largest > 1e-3);
  CHECK_FALSE(check.padding);
}

}  // namespace

TEST_CASE("a node that feeds two inputs of one layer gets the sum of their gradients") {
  Graph graph;
  const auto hidden = graph.add(dense(4, {.activation = "tanh"}), graph.input({3}));
  const auto square = graph.add(product(), Handles{hidden, hidden});
  const Handles outputs = {graph.add(dense(2), square)};
  expect_exact(
      check(std::move(graph).build(outputs), {.losses = {mean_squared_error()}}, {target(2)}));
}

TEST_CASE("a node that feeds several layers gets the sum of their gradients") {
  Graph graph;
  const auto hidden = graph.add(dense(4, {.activation = "tanh"}), graph.input({3}));
  const auto left = graph.add(dense(5, {.activation = "sigmoid"}), hidden);
  const auto right = graph.add(dense(5, {.activation = "tanh"}), hidden);
  const auto flat = graph.add(flatten(), hidden);
  const auto third = graph.add(dense(5), flat);
  const auto pair = graph.add(product(), Handles{left, right});
  const Handles outputs = {graph.add(product(), Handles{pair, third})};
  expect_exact(
      check(std::move(graph).build(outputs), {.losses = {mean_squared_error()}}, {target(5)}));
}

TEST_CASE("an output in the middle adds its loss's gradient to that from behind") {
  Graph graph;
  const auto middle = graph.add(dense(4, {.activation = "tanh"}), graph.input({3}));
  const Handles outputs = {graph.add(dense(2), middle), middle};
  expect_exact(
      check(std::move(graph).build(outputs),
            {.losses = {mean_squared_error(), mean_squared_error()}, .loss_weights = {0.5f, 2.0f}},
            {target(2), target(4)}));
}

TEST_CASE("an output in the middle may have a loss that fuses with its activation") {
  for (const bool flat : {false, true}) {
    Graph graph;
    const auto middle = graph.add(dense(4, {.activation = "sigmoid"}), graph.input({3}));
    const auto next = flat ? graph.add(flatten(), middle) : middle;
    const Handles outputs = {middle, graph.add(dense(2), next)};
    const Eigen::MatrixXf labels = (target(4).array() > 0).cast<float>();
    expect_exact(check(std::move(graph).build(outputs),
                       {.losses = {binary_crossentropy(), mean_squared_error()}},
                       {labels, target(2)}));
  }
}

TEST_CASE("outputs that share their memory get the sum of their losses' gradients") {
  Graph graph;
  const auto hidden = graph.add(dense(4, {.activation = "tanh"}), graph.input({3}));
  const Handles outputs = {graph.add(flatten(), hidden), hidden, graph.add(dense(2), hidden)};
  expect_exact(
      check(std::move(graph).build(outputs),
            {.losses = {mean_squared_error(), mean_absolute_error(), mean_squared_error()}},
            {target(4), target(4, 8), target(2)}));
}

namespace {

/// Two inputs, a and b; two outputs, price and size.
Model two_by_two(Compile options) {
  Graph graph;
  const auto a = graph.input({3}, "a"), b = graph.input({2}, "b");
  const auto left = graph.add(dense(4), a), right = graph.add(dense(4), b);
  const auto both = graph.add(product(), Handles{left, right});
  const Handles outputs = {graph.add(dense(1), both, "price"), graph.add(dense(2), both, "size")};
  Model model(std::move(graph).build(outputs));
  model.initialize(base::Rng(1));
  options.losses = {mean_squared_error(), mean_absolute_error()};
  options.loss_weights = {2, 0.5f};
  model.compile(std::move(options));
  return model;
}

/// Random samples for it.
struct TwoByTwo {
  Eigen::MatrixXf x = target(3, 1), z = target(2, 2), y = target(1, 3), u = target(2, 4);
  std::vector<std::uint32_t> rows = tests::first_rows(kSamples);
  Samples samples{
      .inputs = {Columns(x), Columns(z)}, .targets = {Columns(y), Columns(u)}, .rows = rows};
};

}  // namespace

TEST_CASE("several inputs and outputs are trained and reported by name") {
  Model model = two_by_two({.metrics = {"mae"}});
  const TwoByTwo data;
  expect_exact(tests::check_gradients(model, data.samples));
  const Logs logs = model.evaluate(data.samples);
  CHECK(logs.size() == 5);
  CHECK(logs.at("loss") == Approx(2 * logs.at("price_loss") + 0.5 * logs.at("size_loss")));
  CHECK(logs.at("size_mae") == Approx(logs.at("size_loss")));
  const Eigen::MatrixXf error = model.predict(data.samples, 0) - data.y;
  CHECK(logs.at("price_loss") == Approx(error.squaredNorm() / kSamples));
  CHECK(logs.at("price_mae") == Approx(error.cwiseAbs().sum() / kSamples));
}

TEST_CASE("each output has its own metrics where a list an output is given") {
  Model model = two_by_two({.output_metrics = {{"rmse", "mae"}, {}}});
  const TwoByTwo data;
  const History history = model.fit(data.samples, &data.samples, {});
  std::vector<std::string> names;
  for (const auto& [name, value] : history.epochs.at(0)) names.push_back(name);
  CHECK(names == std::vector<std::string>{"loss", "price_loss", "price_mae", "price_rmse",
                                          "size_loss", "val_loss", "val_price_loss",
                                          "val_price_mae", "val_price_rmse", "val_size_loss"});
  const Logs logs = model.evaluate(data.samples);
  CHECK(logs.at("price_rmse") == Approx(std::sqrt(logs.at("price_loss"))));
  CHECK(history.epochs[0].at("val_price_mae") == logs.at("price_mae"));
  EarlyStopping stopping({.monitor = "val_price_mae", .patience = 1});
  Callback* const callbacks[] = {&stopping};
  model.fit(data.samples, &data.samples, {.epochs = 2, .callbacks = callbacks});
  CHECK(stopping.best_epoch() >= 0);
}

TEST_CASE("metrics and outputs that do not go together are refused") {
  Model model = two_by_two({.metrics = {"mae"}});
  const auto refused = [&](Compile options) -> std::string {
    options.losses = {mean_squared_error(), mean_absolute_error()};
    try {
      model.compile(std::move(options));
    } catch (const base::InputError& error) {
      return error.what();
    }
    return {};
  };
  CHECK(refused({.output_metrics = {{"mae"}}}) == "compile: 1 lists of metrics for 2 outputs");
  CHECK(refused({.metrics = {"mae"}, .output_metrics = {{"mae"}, {}}}) ==
        "compile: metrics and output_metrics cannot be given together");
  CHECK(refused({.output_metrics = {{"mae"}, {"mea"}}}) ==
        "unknown metric 'mea'; did you mean 'mae'?");
  CHECK(refused({.weighted_metrics = {"mae"}, .output_weighted_metrics = {{}, {}}}) ==
        "compile: weighted_metrics and output_weighted_metrics cannot be given together");
  CHECK(model.compiled().metrics_of(1) == std::vector<std::string>{"mae"});
}

TEST_CASE("layers are named and counted as Keras's") {
  const NetworkPtr network = sequential(
      {2, 3}, {flatten(), dense(4), dense(5, {.use_bias = false}), activation_layer("relu")});
  std::vector<std::string> names;
  for (const Node& node : network->nodes()) names.push_back(node.name);
  CHECK(names ==
        std::vector<std::string>{"input_layer", "flatten", "dense", "dense_1", "activation"});
  CHECK(network->count_params() == 6 * 4 + 4 + 4 * 5);
  CHECK(network->output(0).shape == Shape{5});
}

TEST_CASE("graphs that cannot work are refused as they are built") {
  const auto refused = [](auto build) -> std::string {
    Graph graph;
    try {
      build(graph, graph.input({3}));
    } catch (const base::InputError& error) {
      return error.what();
    }
    return {};
  };
  CHECK(refused([](Graph& g, auto) {
          g.input({3, 0});
        }) == "Input: the shape (3, 0) has an empty axis");
  CHECK(refused([](Graph& g, auto) {
          g.add(dense(2), g.input({2, 3}));
        }) ==
        "layer 'dense': Dense takes one flat input, not the shape (2, 3); put a Flatten before it");
  CHECK(refused([](Graph& g, auto in) {
          g.add(dense(2), Handles{in, in}, "twin");
        }) == "layer 'twin': Dense takes one flat input, not 2 inputs; put a Flatten before it");
  CHECK(refused([](Graph& g, auto in) { g.add(dense(0), in); }) == "Dense: 0 units; at least 1");
  CHECK(refused([](Graph& g, auto in) { g.add(dense(2), g.add(dense(2), in, "a"), "a"); }) ==
        "layer 'a' exists twice");
  CHECK(refused([](Graph& g, auto in) {
          const auto used = g.add(dense(2), in);
          g.add(dense(3), in);
          std::move(g).build(Handles{used});
        }) == "layer 'dense_1' leads to no output");
  CHECK(refused([](Graph& g, auto in) { std::move(g).build(Handles{in}); }) ==
        "'input_layer' is an input; an output needs a layer");
  CHECK(refused([](Graph& g, auto in) {
          const auto out = g.add(dense(2), in);
          std::move(g).build(Handles{out, out});
        }) == "layer 'dense' is an output twice");
}

TEST_CASE("layers that merge refuse inputs that do not go together") {
  const auto refused = [](auto build) -> std::string {
    Graph graph;
    try {
      build(graph, graph.input({3}), graph.input({2, 3}));
    } catch (const base::InputError& error) {
      return error.what();
    }
    return {};
  };
  CHECK(refused([](Graph& g, auto flat, auto matrix) {
          g.add(concatenate(), Handles{flat, matrix});
        }) ==
        "layer 'concatenate': Concatenate takes flat inputs, not the shape (2, 3); put a Flatten "
        "before it");
  CHECK(refused([](Graph& g, auto flat, auto matrix) {
          g.add(add(), Handles{flat, matrix});
        }) == "layer 'add': Add takes inputs of one shape, not (3) and (2, 3)");
  CHECK(refused([](Graph& g, auto flat, auto) { g.add(add(), flat); }) ==
        "layer 'add': Add takes at least two inputs");
  CHECK(refused([](Graph& g, auto flat, auto) {
          g.add(batch_normalization(), Handles{flat, flat});
        }) == "layer 'batch_normalization': BatchNormalization takes one input");
  CHECK(refused([](Graph& g, auto flat, auto) {
          g.add(dense(2, {.bias_initializer = "orthogonal"}), flat);
        }) == "layer 'dense': the initializer 'orthogonal' needs a matrix, not the shape (2)");
}

TEST_CASE("wide and deep networks join what goes past with what goes through") {
  Graph graph;
  const auto in = graph.input({3});
  const auto normal = graph.add(normalization(), in);
  const auto hidden = graph.add(dense(4, {.activation = "gelu"}), graph.add(dense(5), normal));
  const auto joined = graph.add(concatenate(), Handles{normal, hidden});
  const auto twice = graph.add(add(), Handles{joined, joined});
  const Handles outputs = {graph.add(dense(2), twice), graph.add(dense(1), hidden)};
  expect_exact(
      check(std::move(graph).build(outputs),
            {.losses = {mean_squared_error(), mean_squared_error()}, .loss_weights = {0.9f, 0.1f}},
            {target(2), target(1)}));
}

TEST_CASE("weights come and go in Keras's order and layout") {
  Model model(sequential({2}, {dense(3), dense(1, {.use_bias = false})}));
  const std::vector<std::vector<float>> weights = {{1, 2, 3, 4, 5, 6}, {7, 8, 9}, {1, 10, 100}};
  model.set_weights(weights);
  CHECK(model.get_weights() == weights);
  Eigen::MatrixXf x(2, 1);
  x << 1, 2;
  // Row i of the kernel belongs to input i: (1 + 8 + 7, 2 + 10 + 8, 3 + 12 + 9) . (1, 10, 100)
  CHECK(model.predict(x)(0, 0) == 16 + 200 + 2400);
}

TEST_CASE("weights of the wrong size are refused by name, and change nothing") {
  Model model(sequential({2}, {dense(3)}));
  const std::vector<std::vector<float>> weights = {{1, 2, 3, 4, 5, 6}, {7, 8, 9}};
  model.set_weights(weights);
  CHECK_THROWS_WITH(model.set_weights({{9, 9, 9, 9, 9, 9}, {1, 2}}),
                    "weight 'dense/bias' has 2 values, its shape is (3)");
  CHECK_THROWS_WITH(model.set_weights({{9, 9, 9, 9, 9, 9}}),
                    "weight 'dense/bias' has no values, its shape is (3)");
  CHECK_THROWS_WITH(model.set_weights({{9, 9, 9, 9, 9, 9}, {1, 2, 3}, {4}}),
                    "3 weights given, the model has 2");
  CHECK(model.get_weights() == weights);
}

TEST_CASE("losses and outputs that do not go together are refused") {
  Model model(sequential({2}, {dense(3)}));
  CHECK_THROWS_WITH(model.compile({}), "compile: 0 losses for 1 outputs");
  CHECK_THROWS_WITH(model.compile({.losses = {mean_squared_error()}, .loss_weights = {1, 2}}),
                    "compile: 2 loss weights for 1 outputs");
  const tests::Table table(target(2), target(1));
  CHECK_THROWS_WITH(model.evaluate(table.samples()), "the model must be compiled first");
  model.compile({.losses = {mean_squared_error()}});
  CHECK_THROWS_WITH(model.evaluate(table.samples()),
                    "mse: the model has 3 outputs, the targets have 1");
  CHECK_THROWS_WITH(model.predict(target(3)),
                    "input 'input_layer' has the shape (2), the samples have 3 features");
}

}  // namespace tune::model
