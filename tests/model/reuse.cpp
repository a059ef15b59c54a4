#include "model/reuse.hpp"

#include "model/losses/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

Model network(std::vector<std::int64_t> hidden, std::uint64_t seed) {
  std::vector<LayerPtr> layers;
  for (const std::int64_t units : hidden) layers.push_back(dense(units, {.activation = "tanh"}));
  layers.push_back(dense(1));
  Model model(sequential({3}, layers));
  model.compile({.optimizer = sgd({.learning_rate = 0.05}), .losses = {mean_squared_error()}});
  model.initialize(base::Rng(seed));
  return model;
}

void train(Model& model) {
  const tests::Table table = tests::regression(64);
  model.fit(table.samples(), nullptr, {.epochs = 2, .rng = base::Rng(9)});
}

std::string refusal(Model model, const Model& trained, const Reuse& reuse = {}) {
  const auto before = model.get_weights();
  try {
    reuse_layers(model, trained, reuse);
  } catch (const base::InputError& error) {
    CHECK(model.get_weights() == before);
    CHECK(model.frozen().empty());
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("all layers but the last are reused, and frozen ones keep their weights in training") {
  const Model trained = network({5, 4}, 1);
  Model model = network({5, 4, 6}, 2);
  const auto fresh = model.get_weights(), theirs = trained.get_weights();
  reuse_layers(model, trained, {});
  for (const bool before : {true, false}) {
    const auto weights = model.get_weights();
    for (std::size_t w = 0; w < 4; ++w) CHECK(weights[w] == theirs[w]);
    for (std::size_t w = 4; w < 8; ++w) CHECK((weights[w] == fresh[w]) == before);
    if (before) train(model);
  }
}

TEST_CASE("reused layers that are not frozen are trained on") {
  const Model trained = network({5, 4}, 1);
  Model model = network({5, 4}, 2);
  reuse_layers(model, trained, {.frozen = false});
  CHECK(model.get_weights()[0] == trained.get_weights()[0]);
  train(model);
  CHECK(model.get_weights()[0] != trained.get_weights()[0]);
}

TEST_CASE("layers to reuse can be named") {
  const Model trained = network({5, 4}, 1);
  Model model = network({5, 4}, 2);
  const auto fresh = model.get_weights(), theirs = trained.get_weights();
  reuse_layers(model, trained, {.layers = {"dense_1"}});
  CHECK(model.get_weights()[0] == fresh[0]);
  CHECK(model.get_weights()[2] == theirs[2]);
  CHECK(model.get_weights()[3] == theirs[3]);
  CHECK(model.frozen()[model.network().find("dense_1")]);
  CHECK_FALSE(model.frozen()[model.network().find("dense")]);
}

TEST_CASE("layers that do not fit are refused, and nothing is changed") {
  const Model trained = network({5, 4}, 1);
  CHECK(refusal(network({5, 3}, 2), trained) ==
        "layer 'dense_1' of the trained model is one with a kernel of shape (5, 4), but 'dense_1' "
        "in its place is one of (5, 3)");
  CHECK(refusal(network({5, 4}, 2), trained, {.layers = {"dense_3"}}) ==
        "the trained model has no layer with weights 'dense_3'; did you mean 'dense_1'?");
  CHECK(refusal(network({}, 2), network({1, 1}, 1), {.layers = {"dense_1"}}) ==
        "layer 'dense_1' is number 2 of the trained model, but there are 1 layers with weights to "
        "take it");
  const Model normalised(sequential({3}, {batch_normalization(), dense(1)}));
  CHECK(refusal(network({5}, 2), normalised) ==
        "layer 'batch_normalization' of the trained model is a BatchNormalization, but 'dense' in "
        "its place is a Dense");
}

}  // namespace tune::model
