#include "model/subclassing.hpp"

#include "model/adapt.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/reuse.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

using Handles = std::vector<Graph::Handle>;
using tests::Program;
using Layers = Program::Layers;

/// The book's model as a graph.
NetworkPtr wide_and_deep(std::int64_t units) {
  Graph graph;
  const auto a = graph.input({5}), b = graph.input({6});
  const auto hidden1 = graph.add(dense(units, {.activation = "relu"}), b);
  const auto hidden2 = graph.add(dense(units, {.activation = "relu"}), hidden1);
  const auto both = graph.add(concatenate(), Handles{a, hidden2});
  const auto main = graph.add(dense(1), both);
  return std::move(graph).build(Handles{main, graph.add(dense(1), hidden2)});
}

/// Inputs of 5 and 6 features, one target.
struct Data {
  static constexpr Index kSamples = 150;
  Eigen::MatrixXf a = tests::random_matrix(5, kSamples, base::Rng(1));
  Eigen::MatrixXf b = tests::random_matrix(6, kSamples, base::Rng(2));
  Eigen::MatrixXf y = (a.colwise().sum() + b.colwise().sum()).array().sin();
  Eigen::MatrixXf labels = (y.array() > 0).cast<float>();
  std::vector<std::uint32_t> rows = tests::first_rows(kSamples);

  Samples two() const {
    return {.inputs = {Columns(a), Columns(b)}, .targets = {Columns(y), Columns(y)}, .rows = rows};
  }
  Samples one(const Eigen::MatrixXf& target) const {
    return {.inputs = {Columns(b)}, .targets = {Columns(target)}, .rows = rows};
  }
};

/// Trains both from the same weights, with batches that do not divide the rows, and wants the same
/// bits.
void expect_same(const NetworkPtr& graph, const NetworkPtr& program, const Compile& options,
                 const Samples& samples) {
  Model one(graph), other(program);
  one.initialize(base::Rng(3));
  other.set_weights(one.get_weights());
  one.compile(options);
  other.compile(options);
  const Fit fit{.epochs = 4, .batch_size = 32, .rng = base::Rng(4), .validation_split = 0.2};
  const History ours = other.fit(samples, nullptr, fit), graphs = one.fit(samples, nullptr, fit);
  REQUIRE(ours.epochs.size() == 4);
  for (std::size_t epoch = 0; epoch < 4; ++epoch) {
    CAPTURE(epoch);
    CHECK(ours.epochs[epoch].at("loss") == graphs.epochs[epoch].at("loss"));
    CHECK(ours.epochs[epoch].at("val_loss") == graphs.epochs[epoch].at("val_loss"));
  }
  CHECK(ours.epochs[3].at("loss") < ours.epochs[0].at("loss"));
  CHECK(other.get_weights() == one.get_weights());
  for (std::size_t i = 0; i < graph->outputs().size(); ++i) {
    CHECK(other.predict(samples, i) == one.predict(samples, i));
  }
}

void expect_untouched(const Model& model, const std::vector<std::vector<float>>& before,
                      const std::vector<bool>& touched) {
  const auto after = model.get_weights();
  REQUIRE(after.size() == touched.size());
  for (std::size_t w = 0; w < touched.size(); ++w) {
    CAPTURE(w);
    CHECK((after[w] != before[w]) == touched[w]);
  }
}

}  // namespace

TEST_CASE("the subclassed wide & deep model trains as the functional one, bit for bit") {
  const Data data;
  for (const std::int64_t units : {3, 30}) {
    const NetworkPtr program = subclassed(tests::WideAndDeep(units), {{5}, {6}});
    for (const OptimizerPtr& optimizer : {sgd({.learning_rate = 0.05}), adam()}) {
      CAPTURE(units, optimizer->name());
      expect_same(wide_and_deep(units), program,
                  {.optimizer = optimizer,
                   .losses = {mean_squared_error(), mean_squared_error()},
                   .loss_weights = {0.9f, 0.1f}},
                  data.two());
    }
  }
}

TEST_CASE("layers with a state, with noise and with regularisers work in a subclassed model") {
  const Data data;
  const std::vector<LayerPtr> layers = {
      dense(20, {.activation = "elu", .kernel_regularizer = "l2(0.01)"}), batch_normalization(),
      dropout(0.3), dense(1, {.kernel_constraint = "max_norm(0.5)"})};
  const Program program(layers, [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
    Tensor x = inputs[0];
    for (const Sublayer& next : layer) x = next(x);
    return {x};
  });
  expect_same(sequential({6}, layers), subclassed(program, {{6}}),
              {.optimizer = sgd({.learning_rate = 0.05, .momentum = 0.9}),
               .losses = {mean_squared_error()}},
              data.one(data.y));
}

TEST_CASE("losses that fuse with an activation do so where nothing else comes in behind it") {
  const Data data;
  const std::vector<LayerPtr> layers = {dense(5, {.activation = "tanh"}),
                                        dense(1, {.activation = "sigmoid"}), dense(1)};
  for (const bool middle : {false, true}) {
    CAPTURE(middle);
    const Program program(layers, [=](const Layers& layer, const Inputs& inputs, bool) {
      const Tensor hidden = layer[0](inputs[0]), probability = layer[1](hidden);
      return Tensors{probability, layer[2](middle ? probability : hidden)};
    });
    Graph graph;
    const auto hidden = graph.add(layers[0], graph.input({6}));
    const auto probability = graph.add(layers[1], hidden);
    const auto last = graph.add(layers[2], middle ? probability : hidden);
    Samples samples = data.one(data.labels);
    samples.targets.emplace_back(data.y);
    expect_same(std::move(graph).build(Handles{probability, last}), subclassed(program, {{6}}),
                {.optimizer = sgd({.learning_rate = 0.1}),
                 .losses = {binary_crossentropy(), mean_squared_error()}},
                samples);
  }
}

TEST_CASE("a network that is subclassed knows its layers, not what connects them") {
  const NetworkPtr network = subclassed(tests::WideAndDeep(4), {{5}, {6}});
  CHECK_FALSE(network->connected());
  CHECK(wide_and_deep(4)->connected());
  std::vector<std::string> names;
  for (const Node& node : network->nodes()) {
    names.push_back(node.name);
    CHECK(node.inputs.empty());
  }
  CHECK(names == std::vector<std::string>{"input_layer", "input_layer_1", "dense", "dense_1",
                                          "dense_2", "dense_3"});
  CHECK(network->count_params() == wide_and_deep(4)->count_params());
  CHECK(network->nodes()[2].shape == Shape{4});
  REQUIRE(network->outputs().size() == 2);
  CHECK(network->output(0).name == "output_1");
  CHECK(network->output(1).name == "output_2");
  CHECK(network->output(0).shape == Shape{1});
}

TEST_CASE("the outputs of a subclassed model are evaluated and predicted by their places") {
  const Data data;
  Model model(subclassed(tests::WideAndDeep(4), {{5}, {6}}));
  model.initialize(base::Rng(1));
  model.compile({.losses = {mean_squared_error(), mean_absolute_error()}, .metrics = {"mae"}});
  const Logs logs = model.evaluate(data.two());
  CHECK(logs.size() == 5);
  CHECK(logs.at("output_1_loss") ==
        Approx((model.predict(data.two(), 0) - data.y).squaredNorm() / Data::kSamples));
  CHECK(logs.at("output_2_mae") == Approx(logs.at("output_2_loss")));
  CHECK(logs.at("output_2_mae") ==
        Approx((model.predict(data.two(), 1) - data.y).cwiseAbs().sum() / Data::kSamples));
}

TEST_CASE("a branch may look at the values of the batch, and leave layers out") {
  const Program program({dense(3)}, dense(3), {6},
                        [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                          const bool high = inputs[0].values().minCoeff() > 5;
                          return {layer[high ? 1 : 0](inputs[0])};
                        });
  Model model(subclassed(program, {{6}}));
  model.initialize(base::Rng(1));
  Data data;
  data.b.middleCols(50, 50).array() += 10;
  const Eigen::MatrixXf y = data.b.topRows(3);
  const Samples samples = data.one(y);
  const Eigen::MatrixXf found = model.predict(samples, {.batch_size = 50});
  for (const bool high : {false, true}) {
    Model alone(sequential({6}, {dense(3)}));
    const auto weights = model.get_weights();
    alone.set_weights(high ? std::vector{weights[2], weights[3]}
                           : std::vector{weights[0], weights[1]});
    const Eigen::MatrixXf all = alone.predict(data.b);
    for (const Index batch : {0, 1, 2}) {
      const auto same = [&] {
        return all.middleCols(50 * batch, 50) == found.middleCols(50 * batch, 50);
      };
      CHECK(same() == (high == (batch == 1)));
    }
  }
  model.compile({.optimizer = sgd({.learning_rate = 1e-4}), .losses = {mean_squared_error()}});
  Samples some = samples;
  for (const bool high : {true, false}) {
    some.rows = std::span(data.rows).subspan(high ? 50 : 100, 50);
    const auto before = model.get_weights();
    model.fit(some, nullptr, {.epochs = 2, .batch_size = 20});
    expect_untouched(model, before, {!high, !high, high, high});
  }
}

TEST_CASE("in training and outside of it, `call` may do different things") {
  const Program program({dense(6), dense(6)},
                        [](const Layers& layer, const Inputs& inputs, bool training) -> Tensors {
                          return {(training ? layer[0] : layer[1])(inputs[0])};
                        });
  Model model(subclassed(program, {{6}}));
  model.initialize(base::Rng(1));
  model.compile({.losses = {mean_squared_error()}});
  const Data data;
  const auto before = model.get_weights();
  const double loss = model.evaluate(data.one(data.b)).at("loss");
  model.fit(data.one(data.b), nullptr, {.epochs = 2});
  expect_untouched(model, before, {true, true, false, false});
  CHECK(model.evaluate(data.one(data.b)).at("loss") == loss);
}

TEST_CASE("frozen layers of a subclassed model stay as they are") {
  const Data data;
  Model model(subclassed(tests::WideAndDeep(4), {{5}, {6}}));
  model.initialize(base::Rng(1));
  model.set_trainable("dense_1", false);
  for (const OptimizerPtr& optimizer : {sgd(), adam()}) {
    model.compile({.optimizer = optimizer, .losses = {mean_squared_error(), mean_squared_error()}});
    const auto before = model.get_weights();
    model.fit(data.two(), nullptr, {.epochs = 1});
    expect_untouched(model, before, {true, true, false, false, true, true, true, true});
  }
}

TEST_CASE("weights of a subclassed model come and go, and copies are independent") {
  const Data data;
  const NetworkPtr network = subclassed(tests::WideAndDeep(4), {{5}, {6}});
  Model model(network), other(network);
  model.initialize(base::Rng(1));
  other.initialize(base::Rng(2));
  CHECK(other.predict(data.two()) != model.predict(data.two()));
  other.set_weights(model.get_weights());
  CHECK(other.predict(data.two()) == model.predict(data.two()));
  Model copy = model;
  copy.compile({.losses = {mean_squared_error(), mean_squared_error()}});
  copy.fit(data.two(), nullptr, {.epochs = 1});
  CHECK(model.get_weights() == other.get_weights());
  CHECK(copy.get_weights() != other.get_weights());
}

TEST_CASE("the training of a subclassed model goes on as if it had never ended") {
  const Data data;
  const NetworkPtr network = subclassed(tests::WideAndDeep(4), {{5}, {6}});
  const auto train = [&](const std::vector<int>& ends) {
    Model model(network);
    model.initialize(base::Rng(1));
    model.compile({.optimizer = adam(), .losses = {mean_squared_error(), mean_squared_error()}});
    TrainingState state;
    for (const int end : ends) {
      model.fit(data.two(), nullptr, {.epochs = end, .rng = base::Rng(2), .state = &state});
    }
    return model.get_weights();
  };
  CHECK(train({2, 5}) == train({5}));
}

TEST_CASE("layers of a subclassed model are reused, and adapted by their names") {
  const Data data;
  const Program program({normalization(), dense(4), dense(1)},
                        [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                          return {layer[2](layer[1](layer[0](inputs[0])))};
                        });
  Model model(subclassed(program, {{6}}));
  Model trained(sequential({6}, {normalization(), dense(4), dense(2)}));
  model.initialize(base::Rng(1));
  trained.initialize(base::Rng(2));
  const Samples samples{.inputs = {Columns(data.b)}, .rows = data.rows};
  adapt(trained.network(), trained.weights(), samples);
  adapt(model.network(), model.weights(), "normalization", Columns(data.b), data.rows);
  CHECK(model.get_weights()[1] == trained.get_weights()[1]);
  CHECK(model.get_weights()[0] == trained.get_weights()[0]);
  reuse_layers(model, trained, {.layers = {"dense"}});
  CHECK(model.get_weights()[3] == trained.get_weights()[3]);
  CHECK(model.frozen()[model.network().find("dense")]);
}

}  // namespace tune::model
