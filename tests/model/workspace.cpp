#include "model/workspace.hpp"

#include <algorithm>

#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"
#include "tests/support/test_layers.hpp"

namespace tune::model {
namespace {

constexpr Index kSamples = 6;

/// dense -> batch normalisation -> dense -> dropout -> dense, and beside it a way past the middle.
Model deep() {
  Graph graph;
  const auto in = graph.input({4});
  const auto low = graph.add(dense(5, {.activation = "tanh"}), in, "low");
  const auto norm = graph.add(batch_normalization(), low, "norm");
  const auto middle = graph.add(dense(5, {.activation = "swish"}), norm, "middle");
  const std::vector<Graph::Handle> both = {middle, norm};
  const auto sum = graph.add(add(), both);
  const Graph::Handle outputs[] = {graph.add(dense(2), graph.add(dropout(0.25), sum), "high")};
  Model model(std::move(graph).build(outputs));
  model.initialize(base::Rng(1));
  return model;
}

/// The parameters' gradients of the sum of all outputs.
Floats gradients(Model& model, const std::vector<bool>& frozen) {
  Workspace workspace(model.network(), model.weights(), kSamples, frozen);
  const Eigen::MatrixXf x = tests::random_matrix(4, kSamples, base::Rng(2));
  const auto rows = tests::first_rows(kSamples);
  gather(Columns(x), rows, workspace.input(0));
  workspace.forward(kSamples, true, base::Rng(3));
  const Block& gradient = workspace.output_gradient(0);
  for (Index s = 0; s < kSamples; ++s) std::fill_n(gradient.sample(s), gradient.rows, 1.0f);
  workspace.backward(kSamples, {false});
  return workspace.parameter_gradients();
}

/// The part of a flat array that belongs to a node.
std::vector<float> part(const Model& model, const Floats& values, std::string_view name) {
  std::vector<float> all;
  for (const Node& node : model.network().nodes()) {
    if (node.name != name) continue;
    for (const WeightPlace& place : node.weights) {
      if (!place.spec.trainable) continue;
      const auto begin = values.begin() + place.offset;
      all.insert(all.end(), begin, begin + place.stride * place.cols);
    }
  }
  return all;
}

bool all_zero(const std::vector<float>& values) {
  return std::ranges::all_of(values, [](float value) { return value == 0; });
}

}  // namespace

TEST_CASE("a frozen layer gets no gradient, and the others the same as before") {
  Model model = deep();
  const Floats all = gradients(model, {});
  const std::size_t nodes = model.network().nodes().size();
  for (const std::string frozen_name : {"low", "middle", "high"}) {
    CAPTURE(frozen_name);
    std::vector<bool> frozen(nodes);
    for (std::size_t i = 0; i < nodes; ++i) {
      frozen[i] = model.network().nodes()[i].name == frozen_name;
    }
    const Floats some = gradients(model, frozen);
    for (const char* name : {"low", "norm", "middle", "high"}) {
      CAPTURE(name);
      CHECK_FALSE(all_zero(part(model, all, name)));
      if (name == frozen_name) {
        CHECK(all_zero(part(model, some, name)));
      } else {
        CHECK(part(model, some, name) == part(model, all, name));
      }
    }
  }
}

TEST_CASE("a frozen batch normalisation uses and keeps its moving statistics") {
  Model model = deep(), frozen_model = deep();
  const std::size_t nodes = model.network().nodes().size();
  std::vector<bool> frozen(nodes);
  for (std::size_t i = 0; i < nodes; ++i) frozen[i] = model.network().nodes()[i].name == "norm";
  const Floats before = model.weights().state;
  const Floats all = gradients(model, {}), some = gradients(frozen_model, frozen);
  CHECK(model.weights().state != before);
  CHECK(frozen_model.weights().state == before);
  CHECK(part(model, some, "low") != part(model, all, "low"));
  CHECK_FALSE(all_zero(part(model, some, "low")));
}

TEST_CASE("nothing is run backward before the first node that learns") {
  // A layer that cannot go backward.
  class OneWay : public Layer {
   public:
    std::string_view type() const override { return "OneWay"; }
    Shape output_shape(std::span<const Shape> inputs) const override { return inputs[0]; }
    void forward(const Forward& pass) const override {
      std::copy_n(pass.inputs[0].data, pass.output.stride * pass.samples, pass.output.data);
    }
    void backward(const Backward&) const override { throw std::logic_error("run backward"); }
  };
  const LayerPtr one_way = std::make_shared<OneWay>();
  Model model(sequential({4}, {one_way, dense(3), one_way, dense(2)}));
  model.initialize(base::Rng(1));
  CHECK_THROWS_WITH(gradients(model, {}), "run backward");
  const Floats found = gradients(model, {false, false, true, false, false});
  CHECK(all_zero(part(model, found, "dense")));
  CHECK_FALSE(all_zero(part(model, found, "dense_1")));
}

TEST_CASE("a network that is frozen as a whole still computes") {
  Model model = deep();
  const Floats found = gradients(model, std::vector<bool>(model.network().nodes().size(), true));
  CHECK(all_zero({found.begin(), found.end()}));
}

TEST_CASE("an output that only reshapes an input has room for its loss's gradient") {
  const NetworkPtr network = sequential({2, 3}, {flatten()});
  Weights weights;
  Workspace workspace(*network, weights, 2);
  REQUIRE(workspace.output_gradient(0).data != nullptr);
  workspace.forward(2, true, base::Rng(1));
  workspace.backward(2, {false});
}

}  // namespace tune::model
