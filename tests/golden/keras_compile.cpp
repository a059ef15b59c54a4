#include "model/arrays.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// What real Keras reports, written by keras_compile.py, which says what it is.

namespace tune::model {
namespace {

using tests::flat;
using tests::Json;
using tests::matrix;
using MetricLists = std::vector<std::vector<std::string>>;

const Json& golden() {
  static const Json kValues = tests::golden_file("keras_compile");
  return kValues;
}

Model network() {
  Graph graph;
  const auto hidden = graph.add(dense(4, {.activation = "tanh"}), graph.input({3}));
  const Graph::Handle outputs[] = {graph.add(dense(1), hidden, "price"),
                                   graph.add(dense(3, {.activation = "softmax"}), hidden, "kind")};
  Model model(std::move(graph).build(outputs));
  std::vector<std::vector<float>> weights;
  for (const Json& weight : golden()["weights"]) weights.push_back(flat(weight));
  model.set_weights(weights);
  return model;
}

void check_logs(const Logs& logs, const Json& expected) {
  std::vector<std::string> found, names;
  for (const auto& [name, figure] : logs) found.push_back(name);
  for (const auto& [name, figure] : expected.items()) names.push_back(name);
  REQUIRE(found == names);
  for (const auto& [name, figure] : expected.items()) {
    CAPTURE(name);
    CHECK(logs.at(name) == Approx(figure.get<double>()).epsilon(1e-5));
  }
}

}  // namespace

TEST_CASE("metrics of several outputs, with and without weights, equal Keras's") {
  const Eigen::MatrixXf x = matrix(golden()["x"]), price = matrix(golden()["price"]),
                        kind = matrix(golden()["kind"]);
  const std::vector<float> weights = golden()["sample_weight"];
  const std::vector<std::vector<float>> lists = golden()["sample_weights"];
  const Arrays data({x}, {price, kind}, weights),
      of_lists({x}, {price, kind}, {lists.at(0), lists.at(1)});
  Model model = network();
  for (const Json& run : golden()["cases"]) {
    CAPTURE(run["compile"].dump());
    model.compile(
        {.losses = {mean_squared_error(), sparse_categorical_crossentropy()},
         .loss_weights = {0.9f, 0.1f},
         .output_metrics = run["compile"].value("metrics", MetricLists()),
         .output_weighted_metrics = run["compile"].value("weighted_metrics", MetricLists())});
    check_logs(model.evaluate(data), run["logs"]);
    check_logs(model.evaluate(of_lists), run["logs_of_lists"]);
  }
}

TEST_CASE("all outputs in one pass are those of Keras, and of a pass each") {
  const Eigen::MatrixXf x = matrix(golden()["x"]);
  const Model model = network();
  const std::vector<Eigen::MatrixXf> all = model.predict_all(Arrays(x), {.batch_size = 5});
  REQUIRE(all.size() == 2);
  for (std::size_t output = 0; output < 2; ++output) {
    CHECK(all[output] == model.predict(Arrays(x), output));
    const Eigen::MatrixXf expected =
        matrix(golden()["predictions"][output == 0 ? "price" : "kind"]);
    CHECK((all[output] - expected).cwiseAbs().maxCoeff() < 1e-6);
  }
  CHECK(model.predict_proba(Arrays(x), 1) == all[1]);
  CHECK_THROWS_WITH(model.predict_proba(Arrays(x)),
                    "the model gives no probabilities: its outputs are 'linear', not sigmoid or "
                    "softmax");
  const Eigen::VectorXi classes = model.predict_classes(Arrays(x), 1);
  for (Index s = 0; s < x.cols(); ++s) {
    Index largest = 0;
    all[1].col(s).maxCoeff(&largest);
    CHECK(classes[s] == largest);
  }
}

}  // namespace tune::model
