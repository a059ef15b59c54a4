#include "model/summary.hpp"

#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

// Keras's texts are in tests/golden/keras_summary.cpp.

namespace tune::model {
namespace {

/// Two layers side by side.
Model forked() {
  Graph graph;
  const auto input = graph.input({3});
  const Graph::Handle sides[] = {graph.add(dense(2), input), graph.add(dense(2), input)};
  const Graph::Handle output = graph.add(add(), sides);
  return Model(std::move(graph).build(std::span(&output, 1)));
}

}  // namespace

TEST_CASE("a model that does not know its connections lists its layers alone") {
  const std::string text = forked().summary({.name = "my_model", .connections = false});
  CHECK(text.starts_with("Model: \"my_model\"\n"));
  CHECK(text.find("Connected to") == std::string::npos);
  CHECK(text.find("InputLayer") == std::string::npos);
  CHECK(text.find("│ dense_1 (Dense)                      │ (None, 2)                   │") !=
        std::string::npos);
  CHECK(
      text.ends_with(" Total params: 16 (64.00 B)\n Trainable params: 16 (64.00 B)\n"
                     " Non-trainable params: 0 (0.00 B)\n"));
}

TEST_CASE("a line that is too short for the table is refused") {
  CHECK_THROWS_WITH(forked().summary({.line_length = 10}),
                    "summary: the line is too short for the table");
}

TEST_CASE("parameters are counted by what fit changes") {
  Model model(sequential({3}, {normalization(), batch_normalization(), dense(2)}));
  CHECK(model.count_params().trainable == 6 + 8);
  CHECK(model.count_params().non_trainable == 7 + 6);
  CHECK(model.count_params("batch_normalization").total() == 12);
  model.set_trainable("dense", false);
  CHECK_FALSE(model.trainable("dense"));
  CHECK(model.trainable("batch_normalization"));
  CHECK(model.count_params("dense").trainable == 0);
  CHECK(model.count_params("dense").non_trainable == 8);
  CHECK(model.count_params().trainable == 6);
  CHECK(model.count_params().total() == model.network().count_params());
}

}  // namespace tune::model
