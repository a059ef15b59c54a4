#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Texts of real Keras, written by keras_summary.py, which has the same models.

namespace tune::model {
namespace {

using tests::Json;
using Handles = std::vector<Graph::Handle>;

Model fashion() {
  Model model(sequential(
      {28, 28}, {flatten(), dense(300, {.activation = "relu"}), dense(100, {.activation = "relu"}),
                 dense(10, {.activation = "softmax"})}));
  model.set_trainable("dense", false);
  return model;
}

Model regularised() {
  Model model(sequential(
      {6}, {normalization(), batch_normalization(), dense(1200, {.use_bias = false}),
            batch_normalization(), activation_layer("elu"), dropout(0.2), dense(1200), dense(1)}));
  model.set_trainable("batch_normalization", false);
  return model;
}

Model wide_and_deep() {
  Graph graph;
  const auto wide = graph.input({5}, "wide_input"), deep = graph.input({6}, "deep_input");
  auto hidden = graph.add(dense(30, {.activation = "relu"}), deep);
  hidden = graph.add(dense(30, {.activation = "relu"}), hidden);
  const auto joined = graph.add(concatenate(), Handles{wide, hidden});
  const auto output = graph.add(dense(1), joined, "output");
  const Handles outputs = {output, graph.add(dense(1), hidden, "aux_output")};
  return Model(std::move(graph).build(outputs));
}

Model middle() {
  Graph graph;
  const auto hidden = graph.add(dense(3), graph.input({4}, "features"), "hidden");
  const Handles outputs = {graph.add(dense(2), hidden, "last"), hidden};
  return Model(std::move(graph).build(outputs));
}

Model long_names() {
  Graph graph;
  const auto input = graph.input({2, 3}, "an_input_that_has_a_long_name");
  const auto past =
      graph.add(dense(1), graph.add(flatten(), input), "a_short_way_past_all_the_others");
  auto deep =
      graph.add(dense(7), graph.add(flatten(), input), "the_first_of_all_the_hidden_layers");
  deep = graph.add(dense(1), deep, "and_the_second_one");
  const auto other = graph.add(dense(1), graph.add(flatten(), input), "unfinished");
  const auto sum = graph.add(add(), Handles{other, deep, past});
  const Handles outputs = {graph.add(dense(1), sum)};
  return Model(std::move(graph).build(outputs));
}

Model make(const std::string& name) {
  if (name == "fashion") return fashion();
  if (name == "regularised") return regularised();
  if (name == "wide_and_deep") return wide_and_deep();
  if (name == "middle") return middle();
  REQUIRE(name == "long_names");
  return long_names();
}

}  // namespace

TEST_CASE("summaries equal Keras's, line by line") {
  const Json golden = tests::golden_file("keras_summary");
  REQUIRE(golden["summaries"].size() == 12);
  for (const Json& summary : golden["summaries"]) {
    const Json& options = summary["options"];
    CAPTURE(summary["model"].get<std::string>(), options.dump());
    std::string expected;
    for (const Json& line : summary["text"]) {
      expected += (expected.empty() ? "" : "\n") + line.get<std::string>();
    }
    CHECK(make(summary["model"])
              .summary({.show_trainable = options.value("show_trainable", false),
                        .line_length = options.value("line_length", 0)}) == expected);
  }
}

}  // namespace tune::model
