#include <algorithm>

#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/subclassing.hpp"
#include "model/workspace.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_layers.hpp"

// Gradients through what `call` did, beside finite differences.

namespace tune::model {
namespace {

using tests::Program;
using Layers = Program::Layers;

constexpr Index kSamples = 6;

Model model_of(const Program& program) {
  Model model(subclassed(program, {{3}}));
  model.initialize(base::Rng(5));
  return model;
}

/// With a target of so many rows for each output.
void expect_exact(const Program& program, const std::vector<Index>& targets) {
  Model model = model_of(program);
  Compile options;
  Samples samples;
  std::vector<Eigen::MatrixXf> values = {tests::random_matrix(3, kSamples, base::Rng(6))};
  for (const Index rows : targets) {
    options.losses.push_back(mean_squared_error());
    options.loss_weights.push_back(1 + static_cast<float>(options.loss_weights.size()));
    values.push_back(tests::random_matrix(rows, kSamples, base::Rng(values.size())));
  }
  const auto rows = tests::first_rows(kSamples);
  samples.inputs = {Columns(values[0])};
  samples.rows = rows;
  for (std::size_t i = 1; i < values.size(); ++i) samples.targets.emplace_back(values[i]);
  model.compile(std::move(options));
  const tests::GradientCheck check = tests::check_gradients(model, samples);
  CHECK(check.error < tests::kGradientTolerance * check.largest);
  CHECK(check.largest > 1e-3);
  CHECK_FALSE(check.padding);
}

/// The gradients of the sum of all outputs on x, for a batch that may differ from the one before.
std::vector<float> gradients(Workspace& workspace, const Eigen::MatrixXf& x) {
  const auto rows = tests::first_rows(x.cols());
  gather(Columns(x), rows, workspace.input(0));
  workspace.forward(x.cols(), true, base::Rng(3));
  const Block& gradient = workspace.output_gradient(0);
  for (Index s = 0; s < x.cols(); ++s) std::fill_n(gradient.sample(s), gradient.rows, 1.0f);
  workspace.backward(x.cols(), {false});
  return {workspace.parameter_gradients().begin(), workspace.parameter_gradients().end()};
}

}  // namespace

TEST_CASE("the gradient of a layer in a loop is the sum over its rounds") {
  for (const std::int64_t units : {3, 20}) {
    CAPTURE(units);
    const std::vector<LayerPtr> layers = {dense(units), dense(units, {.activation = "tanh"}),
                                          dense(2)};
    expect_exact(Program(layers,
                         [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                           Tensor x = layer[0](inputs[0]);
                           for (int i = 0; i < 4; ++i) x = layer[1](x);
                           return {layer[2](x)};
                         }),
                 {2});
  }
}

TEST_CASE("gradients go through sums, joined tensors and layers that are used side by side") {
  const std::vector<LayerPtr> layers = {dense(4, {.activation = "tanh"}), dense(4),
                                        batch_normalization(), dense(2),
                                        std::make_shared<tests::Product>()};
  expect_exact(Program(layers,
                       [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                         const Tensor x = layer[0](inputs[0]), y = layer[0](inputs[0]);
                         const Tensor sum = x + layer[1](y + x);
                         const Tensor product = layer[4]({sum, layer[1](sum)});
                         return {layer[3](concatenate({x, product, x})), product};
                       }),
               {2, 4});
}

TEST_CASE("what leads to no output takes no part in the gradient") {
  const std::vector<LayerPtr> layers = {dense(4, {.activation = "tanh"}), dense(2), dense(5)};
  const Program program(layers, [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
    const Tensor x = layer[0](inputs[0]);
    const Tensor looked_at = layer[2](layer[0](inputs[0]));
    return {layer[1](looked_at.values().size() > 0 ? x : looked_at)};
  });
  expect_exact(program, {2});
}

TEST_CASE("one tensor may be several outputs, reshaped or not") {
  const std::vector<LayerPtr> layers = {dense(4, {.activation = "sigmoid"}), flatten(), dense(2)};
  expect_exact(Program(layers,
                       [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                         const Tensor x = layer[0](inputs[0]);
                         return {x, layer[1](x), x, layer[2](layer[1](x))};
                       }),
               {4, 4, 4, 2});
}

TEST_CASE("a layer that a batch leaves out has no gradient, whatever the batch before has done") {
  const std::vector<LayerPtr> layers = {dense(19, {.activation = "swish"}),
                                        dense(19, {.activation = "tanh"}), dropout(0.5), dense(70),
                                        dense(2)};
  const Program program(layers, [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
    const float rounds = inputs[0].values()(0, 0);
    Tensor x = layer[0](inputs[0]);
    if (rounds >= 0) x = x + layer[1](x);
    for (int i = 0; static_cast<float>(i) < rounds; ++i) x = layer[2](layer[1](x));
    return {layer[4](layer[3](rounds > 2 ? layer[2](x) : x))};
  });
  Model model = model_of(program);
  const Node& looped = model.network().nodes()[2];
  Workspace used(model.network(), model.weights(), kSamples);
  for (const float rounds : {0.0f, -1.0f, 3.0f, 3.0f, 1.0f, -1.0f, 2.0f, 0.0f}) {
    for (const Index samples : {kSamples, Index{2}}) {
      CAPTURE(rounds, samples);
      Eigen::MatrixXf x = tests::random_matrix(3, samples, base::Rng(2));
      x(0, 0) = rounds;
      Workspace fresh(model.network(), model.weights(), samples);
      const std::vector<float> found = gradients(used, x);
      CHECK(found == gradients(fresh, x));
      const auto first = found.begin() + looped.weights[0].offset;
      const auto last = first + looped.weights[0].cols * looped.weights[0].stride;
      CHECK(std::all_of(first, last, [](float g) { return g == 0; }) == (rounds < 0));
    }
  }
}

TEST_CASE("regularisers of a layer that a batch leaves out do not add up") {
  const Program program({dense(1)}, dense(1, {.kernel_regularizer = "l2(0.1)"}), {3},
                        [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                          return {layer[0](inputs[0])};
                        });
  Model model = model_of(program);
  model.compile({.optimizer = sgd({.learning_rate = 0.5}), .losses = {mean_squared_error()}});
  const tests::Table table(tests::random_matrix(3, 4, base::Rng(1)), Eigen::MatrixXf::Ones(1, 4));
  const std::vector<float> before = model.get_weights()[2];
  model.fit(table.samples(), nullptr, {.epochs = 3, .batch_size = 4});
  // Each step takes a tenth: rate 0.5 times the penalty's gradient of 2 * 0.1 w.
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(model.get_weights()[2][i] == Approx(0.9 * 0.9 * 0.9 * before[i]));
  }
}

TEST_CASE("several steps of one layer in plain gradient descent take the sum's step") {
  const std::vector<LayerPtr> layers = {dense(3, {.activation = "tanh"})};
  const Program program(layers, [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
    return {layer[0](layer[0](inputs[0]))};
  });
  const Eigen::MatrixXf x = tests::random_matrix(3, 50, base::Rng(1));
  const tests::Table table(x, x.colwise().reverse());
  const auto trained = [&](const SgdOptions& options) {
    Model model = model_of(program);
    model.compile({.optimizer = sgd(options), .losses = {mean_squared_error()}});
    const History history = model.fit(table.samples(), nullptr, {.epochs = 3, .batch_size = 20});
    CHECK(history.epochs[2].at("loss") < history.epochs[0].at("loss"));
    return model.get_weights();
  };
  // With a limit that clips nothing, the optimizer takes the steps.
  CHECK(trained({.learning_rate = 0.1}) ==
        trained({.learning_rate = 0.1, .clipping = {.clipvalue = 1e9}}));
}

TEST_CASE("a layer that is applied twice draws twice, and moves its statistics twice") {
  const std::vector<LayerPtr> layers = {dropout(0.5), batch_normalization({.momentum = 0.5})};
  const Program program(layers, [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
    const Tensor x = layer[1](inputs[0]);
    return {layer[0](inputs[0]), layer[0](inputs[0]), layer[1](x)};
  });
  Model model = model_of(program);
  Workspace workspace(model.network(), model.weights(), 200);
  const Block in = workspace.input(0);
  const auto run = [&](std::uint64_t noise) {
    for (Index s = 0; s < 200; ++s) std::fill_n(in.sample(s), 3, s < 100 ? 1.0f : 3.0f);
    workspace.forward(200, true, base::Rng(noise));
    std::vector<float> all;
    for (const std::size_t i : {0u, 1u}) {
      const Block& out = workspace.output(i);
      for (Index s = 0; s < 200; ++s) all.insert(all.end(), out.sample(s), out.sample(s) + 3);
    }
    return all;
  };
  const std::vector<float> first = run(1);
  const auto middle = first.begin() + 600;
  CHECK_FALSE(std::equal(first.begin(), middle, middle));
  // Means of 2 and then 0, from 0: (0 + 2) / 2, and half of that.
  CHECK(model.get_weights()[2][0] == Approx(0.5).margin(1e-6));
  CHECK(run(1) == first);
  CHECK(run(2) != first);
}

}  // namespace tune::model
