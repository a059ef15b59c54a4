#include <set>

#include "model/layers/catalogue.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/layer_bench.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_layers.hpp"

// What every layer must do. A new layer adds its examples to the table.

namespace tune::model {
namespace {

struct Example {
  std::string what;
  std::vector<Shape> inputs;
  LayerPtr layer;
  bool same_in_training = true;  ///< does it compute in training what it does outside of it?
};

std::vector<Example> examples() {
  return {
      {"linear", {{5}}, dense(4)},
      {"activated", {{5}}, dense(4, {.activation = "tanh"})},
      {"activated, with a derivative of z", {{5}}, dense(70, {.activation = "gelu"})},
      {"without bias", {{5}}, dense(4, {.activation = "sigmoid", .use_bias = false})},
      {"one to one", {{1}}, dense(1)},
      {"wider than a register", {{19}}, dense(37, {.activation = "softmax"})},
      {"with every option",
       {{5}},
       dense(4, {.kernel_initializer = "random_normal(0, 0.3)",
                 .bias_initializer = "constant(0.1)",
                 .kernel_regularizer = "l1_l2(0.1, 0.2)",
                 .bias_regularizer = "l2",
                 .kernel_constraint = "max_norm(1.5)"})},
      {"elementwise", {{5}}, activation_layer("tanh")},
      {"elementwise, with a derivative of z", {{5}}, activation_layer("swish")},
      {"over the units", {{5}}, activation_layer("softmax")},
      {"of a matrix", {{2, 3}}, activation_layer("sigmoid")},
      {"a matrix", {{2, 3}}, flatten()},
      {"a vector", {{4}}, flatten()},
      {"four axes", {{2, 3, 1, 2}}, flatten()},
      {"of a vector", {{37}}, dropout(0.4), false},
      {"of a matrix", {{2, 3}}, dropout(0.4), false},
      {"of nothing", {{5}}, dropout(0)},
      {"of a vector", {{37}}, alpha_dropout(0.3), false},
      {"of nothing", {{2, 3}}, alpha_dropout(0)},
      {"of a vector", {{5}}, batch_normalization(), false},
      {"of many units", {{70}}, batch_normalization({.epsilon = 0.1}), false},
      {"of a matrix", {{4, 3}}, batch_normalization({.momentum = 0.5}), false},
      {"without a scale", {{5}}, batch_normalization({.scale = false}), false},
      {"without a centre", {{5}}, batch_normalization({.center = false}), false},
      {"of one unit",
       {{1}},
       batch_normalization({.beta_initializer = "constant(0.3)",
                            .gamma_initializer = "constant(0.7)",
                            .moving_mean_initializer = "constant(0.1)",
                            .moving_variance_initializer = "constant(2)"}),
       false},
      {"two", {{5}, {3}}, concatenate()},
      {"several", {{1}, {17}, {8}, {2}}, concatenate()},
      {"two", {{5}, {5}}, add()},
      {"three matrices", {{2, 3}, {2, 3}, {2, 3}}, add()},
      {"of a vector", {{5}}, normalization()},
      {"of a matrix", {{4, 3}}, normalization()},
      {"of a vector", {{5}}, rescaling(2.5, -1)},
      {"of a matrix", {{4, 3}}, rescaling(-0.5)},
  };
}

constexpr Index kSamples = 7;

/// The layer behind ones that want its inputs' gradients, and before one that flattens.
Model model_around(const Example& example) {
  Graph graph;
  std::vector<Graph::Handle> inputs;
  for (const Shape& shape : example.inputs) {
    inputs.push_back(graph.add(std::make_shared<tests::Scale>(), graph.input(shape)));
  }
  const auto flat = graph.add(flatten(), graph.add(example.layer, inputs));
  const Graph::Handle outputs[] = {graph.add(dense(2), flat)};
  Model model(std::move(graph).build(outputs));
  model.initialize(base::Rng(1));
  model.compile({.losses = {mean_squared_error()}});
  return model;
}

/// Owns what Samples look at.
struct Rows {
  std::vector<Eigen::MatrixXf> inputs;
  Eigen::MatrixXf target;
  std::vector<std::uint32_t> rows;

  Rows(const Example& example, Index samples)
      : target(tests::random_matrix(2, samples, base::Rng(3), 2)),
        rows(tests::first_rows(samples)) {
    for (const Shape& shape : example.inputs) {
      const base::Rng rng = base::Rng(2).split(inputs.size());
      inputs.push_back(tests::random_matrix(size_of(shape), samples, rng));
    }
  }

  Samples samples(std::size_t first, std::size_t count) const {
    Samples samples{.targets = {Columns(target)}, .rows = std::span(rows).subspan(first, count)};
    for (const Eigen::MatrixXf& input : inputs) samples.inputs.emplace_back(input);
    return samples;
  }
  Samples samples() const { return samples(0, rows.size()); }
};

/// Compares the layer's gradients of the sum of all outputs, each times its weight, with finite
/// differences, for every number of every input and weight.
class GradientTest {
 public:
  GradientTest(const Example& example, tests::LayerBench::Mode mode)
      : mode_(mode), bench_(example.layer, example.inputs, kSamples) {
    const base::Rng rng(4);
    for (std::size_t i = 0; i < bench_.inputs(); ++i) fill(bench_.input(i), rng.split(i), -0.1f);
    for (std::size_t i = 0; i < bench_.specs().size(); ++i) {
      // State may be a variance.
      fill(bench_.weight(i), rng.split(100 + i), bench_.specs()[i].trainable ? 0.0f : 1.5f);
      state_.push_back(bench_.weight(i));
    }
    output_weights_ =
        tests::random_matrix(bench_.output().rows(), bench_.output().cols(), rng.split(99));
  }

  void run() {
    bench_.forward(mode_);
    restore();
    bench_.backward(mode_, output_weights_);
    CHECK_FALSE(bench_.dirty_padding());
    for (std::size_t i = 0; i < bench_.inputs(); ++i) {
      CAPTURE(i);
      compare(bench_.input(i), bench_.input_gradient(i));
    }
    for (std::size_t i = 0; i < bench_.specs().size(); ++i) {
      CAPTURE(bench_.specs()[i].name);
      if (bench_.specs()[i].trainable) compare(bench_.weight(i), bench_.weight_gradient(i));
    }
  }

 private:
  using View = Eigen::Map<Eigen::MatrixXf, 0, Eigen::OuterStride<>>;

  static void fill(View to, base::Rng rng, float shift) {
    to = tests::random_matrix(to.rows(), to.cols(), rng).array() + shift;
  }

  /// The moving statistics as they were before a forward pass.
  void restore() {
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (!bench_.specs()[i].trainable) bench_.weight(i) = state_[i];
    }
  }

  double loss() {
    bench_.forward(mode_);
    restore();
    return bench_.output().cast<double>().cwiseProduct(output_weights_.cast<double>()).sum();
  }

  void compare(View values, const Eigen::MatrixXf& gradient) {
    double error = 0;
    for (Index col = 0; col < values.cols(); ++col) {
      for (Index row = 0; row < values.rows(); ++row) {
        const float at = values(row, col);
        const double expected = gradient(row, col);
        const auto moved = [&](double distance) {
          values(row, col) = static_cast<float>(at + distance);
          return loss();
        };
        error = std::max(error, std::abs(tests::derivative(moved, expected) - expected));
        values(row, col) = at;
      }
    }
    const double largest = gradient.cwiseAbs().maxCoeff();
    CHECK(largest > 1e-3);
    CHECK(error < tests::kGradientTolerance * largest);
  }

  tests::LayerBench::Mode mode_;
  tests::LayerBench bench_;
  std::vector<Eigen::MatrixXf> state_;
  Eigen::MatrixXf output_weights_;
};

}  // namespace

TEST_CASE("every layer of the catalogue has an example, and is made anew by its config") {
  std::set<std::string> covered;
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    covered.emplace(example.layer->type());
    const auto& row = layers().at(example.layer->type());
    const base::Configuration config = example.layer->config();
    const LayerPtr again = row.make(base::Reader(config, row.keys));
    CHECK(again->type() == example.layer->type());
    CHECK(again->config() == config);
  }
  for (const std::string& name : layers().names()) CHECK(covered.contains(name));
}

TEST_CASE("the gradients of every layer equal finite differences, in training and outside of it") {
  for (const Example& example : examples()) {
    if (example.layer->reshapes()) continue;
    CAPTURE(example.layer->type(), example.what);
    for (const tests::LayerBench::Mode mode :
         {tests::LayerBench::Mode{}, {.training = false}, {.frozen = true}}) {
      CAPTURE(mode.training, mode.frozen);
      GradientTest(example, mode).run();
    }
  }
}

TEST_CASE("the gradients of a network around every layer equal finite differences") {
  for (const Example& example : examples()) {
    if (!example.same_in_training) continue;
    CAPTURE(example.layer->type(), example.what);
    const Rows rows(example, kSamples);
    const tests::GradientCheck check =
        tests::check_gradients(model_around(example), rows.samples());
    CHECK(check.error < tests::kGradientTolerance * check.largest);
    CHECK(check.largest > 1e-3);
    CHECK_FALSE(check.padding);
  }
}

TEST_CASE("a training of every layer leaves the padding of weights and state zero") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    Model model = model_around(example), copy = model;
    const Rows rows(example, 20);
    model.fit(rows.samples(), nullptr, {.epochs = 3, .batch_size = 6});
    copy.set_weights(model.get_weights());
    CHECK(copy.weights().parameters == model.weights().parameters);
    CHECK(copy.weights().state == model.weights().state);
  }
}

TEST_CASE("a training of every layer is the same twice, bit by bit") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    Model model = model_around(example), again = model;
    const Rows rows(example, 20);
    const Fit options{.epochs = 3, .batch_size = 6, .rng = base::Rng(8)};
    model.fit(rows.samples(), nullptr, options);
    again.fit(rows.samples(), nullptr, options);
    CHECK(again.get_weights() == model.get_weights());
  }
}

TEST_CASE("a layer gives a frozen weight no gradient") {
  for (const Example& example : examples()) {
    if (example.layer->reshapes()) continue;
    CAPTURE(example.layer->type(), example.what);
    tests::LayerBench bench(example.layer, example.inputs, kSamples);
    const tests::LayerBench::Mode mode{.frozen = true, .gradients = false};
    for (std::size_t i = 0; i < bench.inputs(); ++i) bench.input(i).setRandom();
    bench.forward(mode);
    bench.backward(mode, Eigen::MatrixXf::Ones(bench.output().rows(), kSamples));
    for (std::size_t i = 0; i < bench.specs().size(); ++i) {
      CHECK((bench.weight_gradient(i).array() == 0).all());
    }
  }
}

TEST_CASE("a layer's result for a sample does not depend on its neighbours, bit by bit") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    const Model model = model_around(example);
    const Rows rows(example, 40);
    const Eigen::MatrixXf all = model.predict(rows.samples());
    for (const Index first : {0, 3, 38}) {
      CHECK(model.predict(rows.samples(static_cast<std::size_t>(first), 2)) ==
            all.middleCols(first, 2));
    }
  }
}

TEST_CASE("a layer's weights come back as they were set") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    Model model = model_around(example), other = model;
    other.initialize(base::Rng(9));
    other.set_weights(model.get_weights());
    CHECK(other.get_weights() == model.get_weights());
    CHECK(other.weights().parameters == model.weights().parameters);
    CHECK(other.weights().state == model.weights().state);
  }
}

TEST_CASE("a layer refuses a number of inputs that it does not take") {
  for (const Example& example : examples()) {
    CAPTURE(example.layer->type(), example.what);
    CHECK_THROWS_AS(example.layer->output_shape({}), base::InputError);
  }
}

}  // namespace tune::model
