#include <cmath>
#include <cstring>
#include <limits>

#include "model/io/keras_h5.hpp"
#include "model/io/keras_order.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/same.hpp"
#include "tests/support/test_layers.hpp"

// Whole models in files of our own. What Keras makes of them, and of its own: tests/golden.

namespace tune::model {
namespace {

using tests::Folder;

}  // namespace

TEST_CASE("a saved model comes back bit for bit") {
  const Folder folder;
  for (const auto& [name, saved] : tests::all_architectures()) {
    INFO(name);
    save_model(saved, folder / "model.h5");
    const Model loaded = load_model(folder / "model.h5");
    tests::check_same_network(saved.network(), loaded.network());
    tests::check_same_compile(saved.compiled(), loaded.compiled());
    CHECK(saved.frozen() == loaded.frozen());
    CHECK(saved.get_weights() == loaded.get_weights());
    const auto inputs = tests::draw_inputs(saved);
    CHECK(tests::predict_outputs(saved, inputs) == tests::predict_outputs(loaded, inputs));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "model.h5.part"));
}

TEST_CASE("weights that are not finite, and the smallest ones, survive being saved") {
  const Folder folder;
  Model saved(sequential({2}, {dense(2)}));
  using Limits = std::numeric_limits<float>;
  saved.set_weights({{Limits::infinity(), -0.0f, Limits::denorm_min(), Limits::max()},
                     {Limits::quiet_NaN(), 1e-38f}});
  save_model(saved, folder / "model.h5");
  const auto before = saved.get_weights(), after = load_model(folder / "model.h5").get_weights();
  for (std::size_t w = 0; w < before.size(); ++w) {
    CHECK(std::memcmp(before[w].data(), after[w].data(), before[w].size() * sizeof(float)) == 0);
  }
}

TEST_CASE("a count that is none survives being saved") {
  const Folder folder;
  Model saved(sequential({1}, {normalization()}));
  for (const float count : {0.0f, 12345.0f, 1e30f}) {
    saved.set_weights({{1}, {2}, {count}});
    save_model(saved, folder / "model.h5");
    CHECK(load_model(folder / "model.h5").get_weights() == saved.get_weights());
  }
}

TEST_CASE("the same model makes the same file") {
  const Folder folder;
  for (const auto& [name, saved] : tests::all_architectures()) {
    INFO(name);
    save_model(saved, folder / "a.h5");
    save_model(load_model(folder / "a.h5"), folder / "b.h5");
    CHECK(tests::contents(folder / "a.h5") == tests::contents(folder / "b.h5"));
  }
}

TEST_CASE("a model of more layers than one attribute has names for is saved and loaded") {
  const Folder folder;
  Graph graph;
  Graph::Handle last = graph.input({2}, "in");
  for (int i = 0; i < 4500; ++i) {
    last = graph.add(activation_layer("relu"), last, "layer" + std::to_string(i));
  }
  const Model saved(std::move(graph).build(std::span(&last, 1)));
  save_model(saved, folder / "model.h5");
  CHECK(load_model(folder / "model.h5").network().nodes().size() == 4501);
}

// Keras 3.15's model.layers of such models, as keras_io.py builds them.
TEST_CASE("layers have Keras's order in files") {
  const auto order = [](const Model& model) {
    std::string names;
    for (const std::size_t node : keras_order(model.network())) {
      names += (names.empty() ? "" : " ") + model.network().nodes()[node].name;
    }
    return names;
  };
  CHECK(order(tests::architectures::residual()) ==
        "x hidden1 shortcut hidden2 add hidden3 add_1 y");
  CHECK(order(tests::architectures::wide_deep_split(2)) ==
        "deep_input dense wide_input dense_1 concatenate main_output aux_output");
  CHECK(order(tests::architectures::branches()) == "wide hidden other value flags pair");
}

TEST_CASE("a model is not written where it cannot be") {
  const Folder folder;
  const Model model(sequential({2}, {dense(1)}));
  CHECK_THROWS_AS(save_model(model, folder / "none/model.h5"), base::InputError);
  std::filesystem::create_directories(folder / "taken/full");
  CHECK_THROWS_AS(save_model(model, folder / "taken"), base::InputError);
  CHECK_FALSE(std::filesystem::exists(folder / "taken.part"));
}

TEST_CASE("layers with names that Keras does not take are not saved") {
  const Folder folder;
  Graph graph;
  const auto input = graph.input({2}, "in");
  const auto output = graph.add(dense(1), input, "a/b");
  const Model model(std::move(graph).build(std::span(&output, 1)));
  CHECK_THROWS_WITH(save_model(model, folder / "model.h5"), Catch::Contains("'a/b'"));
}

TEST_CASE("why a model is not saved as a whole is known before, and its weights can be") {
  const Folder folder;
  const auto made = [] {
    return Model(sequential({2}, {dense(3), std::make_shared<tests::Scale>(), dense(1)}));
  };
  CHECK(why_not_whole(Model(sequential({2}, {dense(1)}))).empty());
  Model saved = made(), loaded = made();
  saved.initialize(base::Rng(1));
  const std::string reason = why_not_whole(saved);
  CHECK_THAT(reason, Catch::Matchers::StartsWith("unknown layer 'Scale'"));
  CHECK_THROWS_WITH(save_model(saved, folder / "model.h5"), Catch::Contains(reason));
  saved.save_weights(folder / "model.weights.h5");
  loaded.load_weights(folder / "model.weights.h5");
  CHECK(loaded.get_weights() == saved.get_weights());
}

}  // namespace tune::model
