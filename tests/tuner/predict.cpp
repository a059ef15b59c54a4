#include "tuner/cli/predict.hpp"

#include <sstream>

#include "model/io/keras_h5.hpp"
#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/preprocessing.hpp"

using namespace tune;
using namespace tune::model;
using tests::TemporaryFolder;
using tuner::Pipeline;
using tuner::Task;

namespace {

/// Two columns, a and b, scaled as (a - 10) / 2 and b / 4.
Pipeline pipeline(Task task, std::vector<std::string> targets,
                  std::vector<std::string> classes = {}) {
  const float nan = std::nanf("");
  Pipeline pipeline;
  pipeline.task = task;
  pipeline.columns = {{"a", {}}, {"b", {}}};
  pipeline.targets = std::move(targets);
  pipeline.classes = std::move(classes);
  pipeline.shape = {2};
  pipeline.preprocessing.features = {{10, 0}, {0.5f, 0.25f}, {nan, nan}};
  return pipeline;
}

/// A layer over the two features, with these weights (in x out), then maybe another activation.
Model layer_model(const std::string& activation, std::vector<float> kernel, std::vector<float> bias,
                  const std::string& last = {}) {
  std::vector<LayerPtr> layers = {
      dense(static_cast<std::int64_t>(bias.size()), {.activation = activation})};
  if (!last.empty()) layers.push_back(activation_layer(last));
  Model model(sequential({2}, layers));
  model.set_weights({std::move(kernel), std::move(bias)});
  return model;
}

std::string predict(const Model& model, const Pipeline& pipeline, std::string_view csv) {
  const TemporaryFolder folder;
  save_model(model, folder.path() / "model.h5");
  save_pipeline(pipeline, folder.path() / "preprocessing.json");
  std::ostringstream out;
  tuner::predict(folder.path() / "model.h5", folder.write("data.csv", csv), out);
  return out.str();
}

/// The cells of a line of CSV without quotes; line 0 is the header.
std::vector<std::string> cells(const std::string& csv, int line) {
  std::istringstream lines(csv);
  std::string text;
  for (int i = 0; i <= line; ++i) std::getline(lines, text);
  return base::split_list(text);
}

void check_numbers(const std::vector<std::string>& cells, std::size_t first,
                   const std::vector<double>& expected) {
  REQUIRE(cells.size() == first + expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::stod(cells[first + i]) == Approx(expected[i]));
  }
}

/// sigmoid(1) and sigmoid(-2), as SciPy's expit gives them.
constexpr double kOne = 0.7310585786300049, kMinusTwo = 0.11920292202211755;

constexpr std::string_view kRows = "b,a\n4,12\n8,6\n";  // scaled: (1, 1) and (-2, 2)

}  // namespace

TEST_CASE("predictions of a regression are in the scale of the data") {
  Pipeline scaled = pipeline(Task::regression, {"y", "z"});
  scaled.preprocessing.targets = {{100, 0}, {0.5f, 1}, {0, 0}};
  const Model model = layer_model("linear", {1, 0.1f, 1, 0}, {0, 0});
  // y = (a + b) / 0.5 + 100, z = 0.1 a
  CHECK(predict(model, scaled, kRows) == "y,z\n104,0.1\n100,-0.2\n");
}

TEST_CASE("predicted numbers read back exactly") {
  const Model model = layer_model("linear", {1.0f / 3, 0}, {0});
  const std::string csv = predict(model, pipeline(Task::regression, {"y"}), kRows);
  CHECK(std::stof(csv.substr(2)) == 1.0f / 3);
}

TEST_CASE("a binary classifier predicts labels and the probability of the second") {
  const Model model = layer_model("sigmoid", {1, 0}, {0});
  const std::string csv = predict(model, pipeline(Task::binary, {"who"}, {"no", "yes"}), kRows);
  CHECK(cells(csv, 0) == std::vector<std::string>{"who", "probability_yes"});
  CHECK(cells(csv, 1)[0] == "yes");
  check_numbers(cells(csv, 1), 1, {kOne});
  CHECK(cells(csv, 2)[0] == "no");
  check_numbers(cells(csv, 2), 1, {kMinusTwo});
}

TEST_CASE("a classifier of several classes predicts the most probable one") {
  // Of two units a and 0, the softmax is sigmoid(a) and the rest; a third one is far below.
  const Model model = layer_model("softmax", {1, 0, 0, 0, 0, 0}, {0, 0, -50});
  const std::string csv =
      predict(model, pipeline(Task::multiclass, {"kind"}, {"x", "y", "z"}), kRows);
  CHECK(cells(csv, 0) ==
        std::vector<std::string>{"kind", "probability_x", "probability_y", "probability_z"});
  CHECK(cells(csv, 1)[0] == "x");
  CHECK(cells(csv, 2)[0] == "y");
  for (const auto& [line, p] : {std::pair{1, kOne}, std::pair{2, kMinusTwo}}) {
    const std::vector<std::string> row = cells(csv, line);
    check_numbers({row.begin(), row.end() - 1}, 1, {p, 1 - p});
    CHECK(std::stod(row.back()) < 1e-20);
  }
}

TEST_CASE("several labels are predicted one by one") {
  const Model model = layer_model("sigmoid", {1, 0, 0, 1}, {0, 0});
  const std::string csv = predict(model, pipeline(Task::multilabel, {"p", "q"}), kRows);
  CHECK(cells(csv, 0) == std::vector<std::string>{"p", "q", "probability_p", "probability_q"});
  check_numbers(cells(csv, 1), 0, {1, 1, kOne, kOne});
  check_numbers(cells(csv, 2), 0, {0, 1, kMinusTwo, 1 - kMinusTwo});
}

TEST_CASE("a perceptron predicts labels alone") {
  const std::string expected = "who\nyes\nno\n";
  const Pipeline who = pipeline(Task::binary, {"who"}, {"no", "yes"});
  for (const std::string unit : {"heaviside", "sign"}) {
    CHECK(predict(layer_model("linear", {1, 0}, {0}, unit), who, kRows) == expected);
  }
  const Model three = layer_model("linear", {1, 0, -1, 0, 0, 0}, {0, -1, 0}, "heaviside");
  // The first unit that is on wins: of the two rows, the units on are x and z.
  CHECK(predict(three, pipeline(Task::multiclass, {"kind"}, {"x", "y", "z"}), kRows) ==
        "kind\nx\nz\n");
}

TEST_CASE("a model and a preprocessing.json that do not belong together are refused") {
  const Model model = layer_model("linear", {1, 0}, {0});
  CHECK_THROWS_WITH(predict(model, pipeline(Task::regression, {"y", "z"}), kRows),
                    Catch::Contains("1 outputs, preprocessing.json beside it is for 2"));
  Pipeline wide = pipeline(Task::regression, {"y"});
  wide.columns.push_back({"c", {}});
  wide.shape = {3};
  wide.preprocessing.features = {{0, 0, 0}, {1, 1, 1}, {0, 0, 0}};
  CHECK_THROWS_WITH(predict(model, wide, "a,b,c\n1,2,3\n"),
                    Catch::Contains("takes 2 features, preprocessing.json beside it is for 3"));
}

TEST_CASE("a model of several inputs and outputs predicts by its first output") {
  Graph graph;
  const Graph::Handle inputs[] = {graph.input({1}), graph.input({2})};
  const Graph::Handle outputs[] = {graph.add(dense(1), graph.add(concatenate(), inputs)),
                                   graph.add(dense(1), inputs[1])};
  Model model(std::move(graph).build(outputs));
  model.set_weights({{100, 10, 1}, {0}, {7, 7}, {7}});
  Pipeline parts = pipeline(Task::regression, {"y"});
  parts.inputs = {{1}, {}};
  // Scaled, the rows are (1, 1) and (-2, 1).
  CHECK(predict(model, parts, "b,a\n4,12\n4,6\n") == "y\n111\n81\n");
  parts.inputs = {{1}, {0}};
  CHECK_THROWS_WITH(predict(model, parts, kRows),
                    Catch::Contains("the model's input 'input_layer_1' takes 2 features, "
                                    "preprocessing.json beside it is for 1"));
  parts.inputs = {};
  CHECK_THROWS_WITH(predict(model, parts, kRows),
                    Catch::Contains("has 2 inputs, preprocessing.json beside it is for 1"));
}

TEST_CASE("nothing is left where predictions fail") {
  const TemporaryFolder folder;
  save_model(layer_model("linear", {1, 0}, {0}), folder.path() / "model.h5");
  tuner::CommandLine line;
  line.model = folder.path() / "model.h5";
  line.data = folder.write("data.csv", "a,b\n1,2\n");
  line.out = folder.path() / "out.csv";
  CHECK_THROWS_WITH(tuner::predict(line), Catch::Contains("preprocessing.json"));
  CHECK_FALSE(std::filesystem::exists(line.out));
  save_pipeline(pipeline(Task::regression, {"y"}), folder.path() / "preprocessing.json");
  tuner::predict(line);
  CHECK(std::filesystem::exists(line.out));
}
