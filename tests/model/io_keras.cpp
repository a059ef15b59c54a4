#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "model/io/keras_h5.hpp"
#include "model/layers/catalogue.hpp"
#include "tests/model/io_models.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using namespace tune::model;
using namespace tune::tests;
using nlohmann::json;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(TUNE_SOURCE_DIR) / "tests/golden";

/// Samples as columns, from Keras's samples as rows.
Eigen::MatrixXf matrix(const json& rows) {
  Eigen::MatrixXf matrix(static_cast<Index>(rows.at(0).size()), static_cast<Index>(rows.size()));
  for (std::size_t s = 0; s < rows.size(); ++s) {
    for (std::size_t i = 0; i < rows[s].size(); ++i) {
      matrix(static_cast<Index>(i), static_cast<Index>(s)) = rows[s][i].get<float>();
    }
  }
  return matrix;
}

json to_json(const Eigen::MatrixXf& matrix) {
  json rows = json::array();
  for (const auto& column : matrix.colwise()) {
    rows.push_back(std::vector<float>(column.begin(), column.end()));
  }
  return rows;
}

std::vector<Eigen::MatrixXf> predict_all(const Model& model,
                                         const std::vector<Eigen::MatrixXf>& inputs) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(inputs.at(0).cols()));
  std::iota(rows.begin(), rows.end(), 0u);
  Samples samples;
  for (const Eigen::MatrixXf& input : inputs) samples.inputs.emplace_back(input);
  samples.rows = rows;
  std::vector<Eigen::MatrixXf> outputs;
  for (std::size_t i = 0; i < model.network().outputs().size(); ++i) {
    outputs.push_back(model.predict(samples, i));
  }
  return outputs;
}

std::vector<Eigen::MatrixXf> draw_inputs(const Model& model) {
  base::Rng rng(7);
  std::vector<Eigen::MatrixXf> inputs;
  for (const std::size_t input : model.network().inputs()) {
    inputs.push_back(
        Eigen::MatrixXf::NullaryExpr(size_of(model.network().nodes()[input].shape), 9,
                                     [&] { return static_cast<float>(4 * rng.uniform() - 2); }));
  }
  return inputs;
}

void check_same_network(const Network& a, const Network& b) {
  REQUIRE(a.nodes().size() == b.nodes().size());
  for (std::size_t i = 0; i < a.nodes().size(); ++i) {
    const Node &left = a.nodes()[i], &right = b.nodes()[i];
    CHECK(left.name == right.name);
    CHECK(left.shape == right.shape);
    CHECK(left.inputs == right.inputs);
    REQUIRE((left.layer == nullptr) == (right.layer == nullptr));
    if (left.layer == nullptr) continue;
    CHECK(left.layer->type() == right.layer->type());
    CHECK(left.layer->config() == right.layer->config());
  }
  CHECK(std::ranges::equal(a.inputs(), b.inputs()));
  CHECK(std::ranges::equal(a.outputs(), b.outputs()));
}

void check_same_compile(const Compile& a, const Compile& b) {
  REQUIRE(a.losses.size() == b.losses.size());
  for (std::size_t i = 0; i < a.losses.size(); ++i) {
    CHECK(a.losses[i]->name() == b.losses[i]->name());
    CHECK(a.losses[i]->config() == b.losses[i]->config());
  }
  if (a.losses.empty()) return;
  CHECK(a.loss_weights == b.loss_weights);
  CHECK(a.metrics == b.metrics);
  CHECK(a.optimizer->name() == b.optimizer->name());
  CHECK(a.optimizer->config() == b.optimizer->config());
}

}  // namespace

TEST_CASE("a saved model comes back bit for bit") {
  const TemporaryFolder folder;
  for (const NamedModel& saved : io_models()) {
    INFO(saved.name);
    save_model(saved.model, folder / "model.h5");
    const Model loaded = load_model(folder / "model.h5");
    check_same_network(saved.model.network(), loaded.network());
    check_same_compile(saved.model.compiled(), loaded.compiled());
    CHECK(saved.model.get_weights() == loaded.get_weights());
    const auto inputs = draw_inputs(saved.model);
    CHECK(predict_all(saved.model, inputs) == predict_all(loaded, inputs));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "model.h5.part"));
}

TEST_CASE("weights that are not finite, and the smallest ones, survive being saved") {
  const TemporaryFolder folder;
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

TEST_CASE("the same model makes the same file") {
  const TemporaryFolder folder;
  for (const NamedModel& saved : io_models()) {
    save_model(saved.model, folder / "a.h5");
    save_model(load_model(folder / "a.h5"), folder / "b.h5");
    CHECK(read_bytes(folder / "a.h5") == read_bytes(folder / "b.h5"));
  }
}

TEST_CASE("a model of more layers than one attribute has names for is saved and loaded") {
  const TemporaryFolder folder;
  Graph graph;
  Graph::Handle last = graph.input({2}, "in");
  for (int i = 0; i < 4500; ++i) {
    last = graph.add(activation_layer("relu"), last, "layer" + std::to_string(i));
  }
  const Model saved(std::move(graph).build(std::span(&last, 1)));
  save_model(saved, folder / "model.h5");
  CHECK(load_model(folder / "model.h5").network().nodes().size() == 4501);
}

TEST_CASE("files that real Keras wrote load and predict as there") {
  const json golden = json::parse(std::ifstream(kGolden / "keras_io.json"));
  REQUIRE(golden.at("cases").size() == 3);
  for (const json& item : golden.at("cases")) {
    const std::string file = item.at("file");
    INFO(file);
    const Model model = load_model(kGolden / file);
    std::vector<Eigen::MatrixXf> inputs;
    for (const json& input : item.at("inputs")) inputs.push_back(matrix(input));
    const auto outputs = predict_all(model, inputs);
    REQUIRE(outputs.size() == item.at("outputs").size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const Eigen::MatrixXf expected = matrix(item.at("outputs")[i]);
      REQUIRE(outputs[i].rows() == expected.rows());
      CHECK((outputs[i] - expected).cwiseAbs().maxCoeff() < 1e-6f);
    }
  }
}

TEST_CASE("a model from real Keras is compiled as it was there") {
  const Compile chain = load_model(kGolden / "keras_io_chain.h5").compiled();
  REQUIRE(chain.losses.size() == 1);
  CHECK(chain.losses[0]->name() == "sparse_categorical_crossentropy");
  CHECK(chain.metrics == std::vector<std::string>{"accuracy"});
  CHECK(chain.optimizer->rate() == 0.05f);
  CHECK(chain.optimizer->config().at("momentum") == base::Value(double{0.9f}));
  CHECK(chain.optimizer->config().at("nesterov") == base::Value("yes"));
  const Compile graph = load_model(kGolden / "keras_io_graph.h5").compiled();
  REQUIRE(graph.losses.size() == 3);
  CHECK(graph.losses[1]->name() == "huber");
  CHECK(graph.loss_weights == std::vector<float>{0.5f, 0.25f, 0.25f});
}

TEST_CASE("a model that Keras compiled with what is not ours is not compiled here") {
  CHECK(load_model(kGolden / "keras_io_foreign.h5").compiled().losses.empty());
}

TEST_CASE("every layer of the catalogue is what its row makes") {
  for (const auto& row : layers().rows()) {
    base::Configuration options;
    for (const base::Key& key : row.keys) {
      if (!key.fallback)
        options[key.name] = key.words.empty() ? base::Value(static_cast<std::int64_t>(key.low))
                                              : base::Value(key.words[0]);
    }
    const LayerPtr made = row.make(base::Reader(options, row.keys));
    CHECK(made->type() == row.name);
    for (const auto& [name, value] : made->config()) {
      CHECK(base::find_key(row.keys, name) != nullptr);
    }
  }
}

// Writes the models for keras_io_check.py, which tells how to run it.
TEST_CASE("models for real Keras", "[.keras_io]") {
  const char* folder = std::getenv("TUNE_KERAS_IO");
  REQUIRE(folder != nullptr);
  json cases = json::array();
  for (const auto& [name, model] : io_models()) {
    const auto inputs = draw_inputs(model);
    json item{{"file", name + ".h5"},
              {"compiled", !model.compiled().losses.empty()},
              {"learning_rate", model.compiled().optimizer->rate()}};
    for (const auto& input : inputs) item["inputs"].push_back(to_json(input));
    for (const auto& output : predict_all(model, inputs)) {
      item["outputs"].push_back(to_json(output));
    }
    save_model(model, std::filesystem::path(folder) / (name + ".h5"));
    cases.push_back(std::move(item));
  }
  std::ofstream(std::filesystem::path(folder) / "models.json") << cases;
}
