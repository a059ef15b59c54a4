#include <set>

#include "model/activation.hpp"
#include "model/adapt.hpp"
#include "model/layers/catalogue.hpp"
#include "model/model.hpp"
#include "model/regularization.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/layer_bench.hpp"
#include "tests/support/tables.hpp"

// Values of real Keras, written by keras_layers.py, which says what they are.

namespace tune::model {
namespace {

using tests::flat;
using tests::Json;
using tests::matrix;

const Json& golden(const char* part) {
  static const Json kValues = tests::golden_file("keras_layers");
  return kValues.at(part);
}

/// Largest difference, relative where the expected number is above 1.
double difference(const Eigen::MatrixXf& found, const Eigen::MatrixXf& expected) {
  REQUIRE(found.rows() == expected.rows());
  REQUIRE(found.cols() == expected.cols());
  double largest = 0;
  for (Index i = 0; i < found.size(); ++i) {
    const double a = found.reshaped()[i], b = expected.reshaped()[i];
    if (a == b) continue;  // infinite ones too
    const double d = std::abs(a - b) / std::max(1.0, std::abs(b));
    largest = std::isnan(d) ? INFINITY : std::max(largest, d);
  }
  return largest;
}

constexpr double kTolerance = 2e-6;

LayerPtr layer_of(const Json& test) {
  return tests::make(layers(), test.at("name"), tests::configuration(test.at("options")));
}

/// A weight as a layer stores it: its last axis by rows.
Eigen::MatrixXf weight(const Json& values) {
  return matrix(values.at(0).is_array() ? values : Json::array({values}));
}

}  // namespace

TEST_CASE("all activations and their gradients equal Keras's, far out too") {
  std::set<std::string> covered;
  for (const Json& row : golden("activations")) {
    const std::string name = row.at("name");
    CAPTURE(name);
    covered.insert(name);
    const Activation& function = activation(name);
    const Eigen::MatrixXf z = matrix(row.at("z"));
    const tests::Blocked values(z), inputs(z), gradient(matrix(row.at("output_gradient")));
    function.apply(values.block(), values.samples());
    CHECK(difference(values.matrix(), matrix(row.at("output"))) < kTolerance);
    function.backward(function.from_input ? inputs.block() : values.block(), gradient.block(),
                      values.samples());
    CHECK(difference(gradient.matrix(), matrix(row.at("gradient"))) < kTolerance);
  }
  for (const std::string& name : activation_names()) {
    CAPTURE(name);
    CHECK(covered.contains(name));
  }
}

TEST_CASE("small outputs of activations keep Keras's digits") {
  for (const Json& row : golden("activations")) {
    const std::string name = row.at("name");
    const Eigen::MatrixXf expected = matrix(row.at("output"));
    const tests::Blocked values(matrix(row.at("z")));
    activation(name).apply(values.block(), values.samples());
    for (Index i = 0; i < expected.size(); ++i) {
      const float a = values.matrix().reshaped()[i], b = expected.reshaped()[i];
      // Eigen's sigmoid is accurate in absolute terms.
      if (std::abs(b) < 1e-30f || name == "sigmoid" || name == "softmax") continue;
      CAPTURE(name, i, a, b);
      // The normal's tail loses digits with the square of z in Keras as well.
      CHECK((a == b || std::abs(a / b - 1) < (name == "gelu" ? 2e-5f : 2e-6f)));
    }
  }
}

namespace {

/// One pass forward and back in a mode of Keras's, from the weights of the test.
void check_layer(const LayerPtr& layer, const Json& test, const std::string& mode,
                 const Json& expected) {
  tests::LayerBench bench(layer, test.at("shapes").get<std::vector<Shape>>(), 7);
  for (std::size_t i = 0; i < bench.inputs(); ++i) {
    bench.input(i) = matrix(test.at("inputs").at(i));
  }
  for (std::size_t i = 0; i < bench.specs().size(); ++i) {
    bench.weight(i) = weight(test.at("weights").at(i));
  }
  const tests::LayerBench::Mode run{.training = mode != "inference", .frozen = mode == "frozen"};
  bench.forward(run);
  CHECK(difference(bench.output(), matrix(expected.at("output"))) < kTolerance);
  bench.backward(run, matrix(test.at("output_gradient")));
  for (std::size_t i = 0; i < bench.inputs(); ++i) {
    CAPTURE(i);
    CHECK(difference(bench.input_gradient(i), matrix(expected.at("input_gradients").at(i))) <
          kTolerance);
  }
  for (std::size_t i = 0; i < bench.specs().size(); ++i) {
    CAPTURE(bench.specs()[i].name);
    CHECK(difference(bench.weight(i), weight(expected.at("weights").at(i))) < kTolerance);
    if (run.frozen || !bench.specs()[i].trainable) continue;
    CHECK(difference(bench.weight_gradient(i), weight(expected.at("gradients").at(i))) <
          5 * kTolerance);
  }
}

/// A layer that only changes shapes has no pass of its own: Keras's output is its input.
void check_reshaping(const LayerPtr& layer, const Json& test) {
  const auto shape = test.at("shapes").at(0).get<Shape>();
  CHECK(Model(sequential(shape, {layer})).predict(matrix(test.at("inputs").at(0))) ==
        matrix(test.at("modes").at("training").at("output")));
}

}  // namespace

TEST_CASE("every layer, its gradients and the weights that it changes equal Keras's") {
  std::set<std::string> covered;
  for (const Json& test : golden("layers")) {
    CAPTURE(test.at("name").get<std::string>(), test.at("options").dump());
    const LayerPtr layer = layer_of(test);
    covered.emplace(layer->type());
    if (layer->reshapes()) {
      check_reshaping(layer, test);
      continue;
    }
    for (const auto& [mode, expected] : test.at("modes").items()) {
      CAPTURE(mode);
      check_layer(layer, test, mode, expected);
    }
  }
  covered.insert("Normalization");  // the next test's
  for (const std::string& name : layers().names()) {
    CAPTURE(name);
    CHECK(covered.contains(name));
  }
}

TEST_CASE("normalisation adapts and computes as Keras's") {
  for (const Json& test : golden("normalization")) {
    Model model(sequential(test.at("shape").get<Shape>(), {normalization(), flatten()}));
    model.initialize(base::Rng(1));
    const Eigen::MatrixXf data = matrix(test.at("data"));
    const auto rows = tests::first_rows(data.cols());
    adapt(model.network(), model.weights(), {.inputs = {Columns(data)}, .rows = rows});
    const auto found = model.get_weights();
    REQUIRE(found.size() == test.at("weights").size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::vector<float> expected = flat(test.at("weights")[i]);
      REQUIRE(found[i].size() == expected.size());
      for (std::size_t k = 0; k < expected.size(); ++k) {
        CHECK(found[i][k] == Approx(expected[k]).epsilon(1e-6));
      }
    }
    CHECK(difference(model.predict(matrix(test.at("x"))), matrix(test.at("output"))) < kTolerance);
  }
}

TEST_CASE("what dropouts make of zeros and ones is what Keras's do") {
  for (const Json& test : golden("dropouts")) {
    const LayerPtr layer = layer_of(test);
    for (const auto& [input, key] : {std::pair{0.0f, "zeros"}, std::pair{1.0f, "ones"}}) {
      CAPTURE(layer->type(), test.at("options").dump(), key);
      tests::LayerBench bench(layer, {{50}}, 50);
      bench.input(0).setConstant(input);
      bench.forward({});
      std::set<float> found;
      const Eigen::MatrixXf output = bench.output();
      for (const float value : output.reshaped()) found.insert(value);
      const std::vector<float> expected = test.at(key);
      REQUIRE(found.size() == expected.size());
      CHECK(std::ranges::equal(found, expected,
                               [](float a, float b) { return a == Approx(b).epsilon(2e-6); }));
    }
  }
}

namespace {

/// A network whose only weight is the kernel.
Model kernel_model(const Json& kernel, DenseOptions options) {
  options.use_bias = false;
  const Eigen::MatrixXf w = matrix(kernel);
  Model model(sequential({w.cols()}, {dense(w.rows(), options)}));
  model.set_weights({flat(kernel)});
  return model;
}

}  // namespace

TEST_CASE("regularisers and their gradients equal Keras's") {
  for (const Json& test : golden("regularizers")) {
    CAPTURE(test.at("text"));
    const Model model = kernel_model(test.at("kernel"), {.kernel_regularizer = test.at("text")});
    const Regularization regularization(model.network());
    Model gradient = model;
    std::ranges::fill(gradient.weights().parameters, 0.0f);
    const Floats& parameters = model.weights().parameters;
    const double penalty = test.at("penalty");
    CHECK(regularization.penalty(parameters) == Approx(penalty).epsilon(1e-6));
    CHECK(regularization.add_gradient(parameters, gradient.weights().parameters) ==
          regularization.penalty(parameters));
    const std::vector<float> expected = flat(test.at("gradient"));
    const std::vector<float> found = gradient.get_weights()[0], kernel = flat(test.at("kernel"));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      // At 0 JAX has 1 as the derivative of |w|; ours is 0, as TensorFlow's and PyTorch's.
      CHECK(found[i] == Approx(kernel[i] == 0 ? 0 : expected[i]).epsilon(1e-6));
    }
  }
}

TEST_CASE("the limit of a norm acts as Keras's") {
  for (const Json& test : golden("constraints")) {
    CAPTURE(test.at("text"));
    Model model = kernel_model(test.at("kernel"), {.kernel_constraint = test.at("text")});
    Regularization(model.network()).constrain(model.weights().parameters);
    const std::vector<float> expected = flat(test.at("constrained"));
    const std::vector<float> found = model.get_weights()[0];
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CHECK(found[i] == Approx(expected[i]).epsilon(1e-6));
    }
  }
}

TEST_CASE("initialisers draw with the moments of Keras's") {
  std::set<std::string> covered;
  for (const Json& test : golden("initializers")) {
    const Initializer function = initializer(test.at("text").get<std::string>());
    CAPTURE(test.at("text"));
    covered.insert(function.name());
    Eigen::MatrixXf values(100, 300);
    function.fill({values.data(), 100, 300, 100}, {300, 100}, base::Rng(1));
    const Eigen::ArrayXXd w = values.cast<double>();
    const double mean = w.mean(), deviation = std::sqrt((w - mean).square().mean());
    const double expected = test.at("deviation");
    // 30000 draws on both sides: five standard errors of the mean and of the share below a
    // quantile, 4 % of the deviation.
    CHECK(mean == Approx(test.at("mean").get<double>()).margin(1e-7 + 5 * 1.5 * expected / 173));
    CHECK(deviation == Approx(expected).epsilon(0.04).margin(1e-7));
    const bool unbounded = function.name() == "random_normal" || function.name() == "orthogonal";
    CHECK(w.abs().maxCoeff() ==
          Approx(test.at("largest").get<double>()).epsilon(unbounded ? 0.3 : 0.02));
    for (std::size_t k = 0; k < test.at("quantiles").size() && expected > 0; ++k) {
      const auto below = (w < test.at("quantiles").at(k).get<double>()).cast<double>();
      CHECK(below.mean() == Approx(0.05 * static_cast<double>(k + 1)).margin(0.02));
    }
  }
  for (const std::string& name : initializer_names()) {
    CAPTURE(name);
    CHECK(covered.contains(name));
  }
}

}  // namespace tune::model
