#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {

TEST_CASE("the weights of one layer come and go with their shapes") {
  Model model(sequential({2}, {dense(3), dense(1, {.use_bias = false})}));
  const std::vector<std::vector<float>> all = {{1, 2, 3, 4, 5, 6}, {7, 8, 9}, {1, 10, 100}};
  model.set_weights(all);
  const std::vector<Weight> weights = model.get_weights("dense");
  CHECK(weights == std::vector<Weight>{{{2, 3}, all[0]}, {{3}, all[1]}});
  model.set_weights("dense_1", {{{3, 1}, {4, 5, 6}}});
  CHECK(model.get_weights() == std::vector<std::vector<float>>{all[0], all[1], {4, 5, 6}});
  model.set_weights("dense", weights);
  CHECK(model.get_weights()[0] == all[0]);
  CHECK(model.get_weights("input_layer").empty());
}

TEST_CASE("weights of a layer that do not fit are refused by name, and change nothing") {
  Model model(sequential({2}, {dense(3)}));
  model.set_weights({{1, 2, 3, 4, 5, 6}, {7, 8, 9}});
  const auto before = model.get_weights();
  const Weight kernel{{2, 3}, {9, 9, 9, 9, 9, 9}};
  CHECK_THROWS_WITH(model.set_weights("dense", {kernel}), "1 weights given, layer 'dense' has 2");
  CHECK_THROWS_WITH(model.set_weights("dense", {{{3, 2}, kernel.values}, {{3}, {1, 2, 3}}}),
                    "weight 'dense/kernel' has the shape (3, 2), the layer's is (2, 3)");
  CHECK_THROWS_WITH(model.set_weights("dense", {kernel, {{3}, {1, 2}}}),
                    "weight 'dense/bias' has 2 values, its shape is (3)");
  CHECK_THROWS_WITH(model.set_weights("dence", {kernel}),
                    "there is no layer 'dence'; did you mean 'dense'?");
  CHECK_THROWS_WITH(model.get_weights("hidden"),
                    "there is no layer 'hidden'; known: input_layer, dense");
  CHECK(model.get_weights() == before);
}

TEST_CASE("a layer is found by its name") {
  const Model model(sequential({2, 3}, {flatten(), dense(3, {.activation = "relu"})}));
  const Node& layer = model.get_layer("dense");
  CHECK(layer.layer->type() == "Dense");
  CHECK(layer.shape == Shape{3});
  CHECK(layer.weights.at(0).spec.shape == Shape{6, 3});
  CHECK(std::get<std::string>(layer.layer->config().at("activation")) == "relu");
  CHECK_THROWS_WITH(model.get_layer("dense_1"),
                    "there is no layer 'dense_1'; did you mean 'dense'?");
}

}  // namespace tune::model
