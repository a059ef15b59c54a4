#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "model/io/training_file.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Files of real Keras, made by keras_io.py, and, in the hidden tests, what keras_io_check.py needs
// to try ours there: tests/golden/keras_io runs the three of them.

namespace tune::model {
namespace {

using nlohmann::json;

const std::filesystem::path kGolden = std::filesystem::path(TUNE_SOURCE_DIR) / "tests/golden";
constexpr float kTolerance = 1e-6f;

const json& golden() {
  static const json kAll = tests::golden_file("keras_io");
  return kAll;
}

json to_json(const Eigen::MatrixXf& matrix) {
  json rows = json::array();
  for (const auto& column : matrix.colwise()) {
    rows.push_back(std::vector<float>(column.begin(), column.end()));
  }
  return rows;
}

void check_close(const std::vector<Eigen::MatrixXf>& outputs,
                 const std::vector<Eigen::MatrixXf>& expected) {
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    REQUIRE(outputs[i].rows() == expected[i].rows());
    // Of large outputs, six digits: float32 has no more.
    const Eigen::ArrayXXf error = (outputs[i] - expected[i]).array().abs();
    CHECK((error / expected[i].array().abs().max(1)).maxCoeff() < kTolerance);
  }
}

std::vector<Eigen::MatrixXf> matrices(const json& list) {
  std::vector<Eigen::MatrixXf> all;
  for (const json& item : list) all.push_back(tests::matrix(item));
  return all;
}

Compile compiled(const char* name) {
  return load_model(kGolden / ("keras_io_" + std::string(name) + ".h5")).compiled();
}

using Names = std::vector<std::string>;

/// Losses of epochs that are one step each, over all samples.
std::vector<double> losses_of(const History& history) {
  std::vector<double> losses;
  for (const Logs& logs : history.epochs) losses.push_back(logs.at("loss"));
  return losses;
}

History go_on(Model& model, const tests::Table& table, int epochs, TrainingState& state) {
  return model.fit(table.samples(), nullptr,
                   {.epochs = epochs, .batch_size = 8, .shuffle = false, .state = &state});
}

/// Small models of each optimizer, trained a little.
std::vector<OptimizerPtr> several_optimizers() {
  std::vector<OptimizerPtr> all = {
      sgd({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}),
      rmsprop({.learning_rate = 0.01, .momentum = 0.5, .centered = true}),
      adam({.learning_rate = 0.05, .amsgrad = true})};
  for (const auto& row : optimizers().rows()) all.push_back(row.make(base::Reader({}, row.keys)));
  return all;
}

/// Samples, and what the model makes of them.
json to_case(const Model& model) {
  json item;
  const auto inputs = tests::draw_inputs(model);
  for (const auto& input : inputs) item["inputs"].push_back(to_json(input));
  for (const auto& output : tests::predict_outputs(model, inputs)) {
    item["outputs"].push_back(to_json(output));
  }
  return item;
}

std::filesystem::path exchange_folder() {
  const char* folder = std::getenv("TUNE_KERAS_IO");
  REQUIRE(folder != nullptr);
  return folder;
}

}  // namespace

TEST_CASE("files that real Keras wrote load and predict as there") {
  REQUIRE(golden().at("models").size() == 14);
  for (const json& item : golden().at("models")) {
    const std::string file = item.at("file");
    INFO(file);
    const Model model = load_model(kGolden / file);
    CHECK(model.compiled().losses.empty() == (file == "keras_io_foreign.h5"));
    check_close(tests::predict_outputs(model, matrices(item.at("inputs"))),
                matrices(item.at("outputs")));
  }
}

TEST_CASE("a model from real Keras has its options") {
  const Model model = load_model(kGolden / "keras_io_regularized.h5");
  const base::Configuration first = model.network().nodes()[1].layer->config();
  CHECK(first.at("kernel_initializer") == base::Value("random_normal(0.1, 0.3)"));
  CHECK(first.at("bias_initializer") == base::Value("constant(0.1)"));
  CHECK(first.at("kernel_regularizer") == base::Value("l1_l2(0.001, 0.01)"));
  CHECK(first.at("bias_regularizer") == base::Value("l1(0.25)"));
  CHECK(first.at("kernel_constraint") == base::Value("max_norm(1.5)"));
  const base::Configuration second = model.network().nodes()[2].layer->config();
  CHECK(second.at("kernel_initializer") == base::Value("orthogonal(2)"));
  CHECK(second.at("kernel_regularizer") == base::Value("l2(0.03)"));
  CHECK(model.network().nodes()[3].layer->config().at("kernel_initializer") ==
        base::Value("he_uniform"));
}

TEST_CASE("layers that were frozen in real Keras are here") {
  const Model model = load_model(kGolden / "keras_io_frozen.h5");
  REQUIRE(model.frozen().size() == model.network().nodes().size());
  for (std::size_t n = 0; n < model.frozen().size(); ++n) {
    const std::string& name = model.network().nodes()[n].name;
    CHECK(model.frozen()[n] == (name == "lower" || name == "normal"));
  }
}

TEST_CASE("a model from real Keras is compiled as it was there") {
  const Compile chain = compiled("california");
  REQUIRE(chain.losses.size() == 1);
  CHECK(chain.losses[0]->name() == "mse");
  CHECK(chain.metrics == Names{"mae", "rmse", "r2"});
  CHECK(chain.optimizer->rate() == 0.025f);
  CHECK(chain.optimizer->config().at("momentum") == base::Value(double{0.9f}));
  CHECK(chain.optimizer->config().at("nesterov") == base::Value("yes"));
  CHECK(chain.schedule == nullptr);
  const Compile lists = compiled("branches");
  REQUIRE(lists.losses.size() == 3);
  CHECK(lists.losses[1]->name() == "huber");
  CHECK(lists.loss_weights == std::vector<float>{0.5f, 0.25f, 0.25f});
  const Compile by_name = compiled("wide_deep_outputs");
  REQUIRE(by_name.losses.size() == 2);
  CHECK(by_name.losses[0]->name() == "mse");
  CHECK(by_name.losses[1]->name() == "huber");
  CHECK(by_name.loss_weights == std::vector<float>{0.9f, 0.1f});
  CHECK(by_name.metrics == Names{"mae"});
  CHECK(compiled("batch_norm").optimizer->name() == "adamw");
  CHECK(compiled("batch_norm").optimizer->config().at("weight_decay") == base::Value(0.01));
  CHECK(compiled("batch_norm").metrics == Names{"accuracy", "top_k_categorical_accuracy(2)"});
  CHECK(compiled("batch_norm").losses[0]->config().at("label_smoothing") == base::Value(0.2));
  CHECK(compiled("self_normalizing").metrics ==
        Names{"precision", "recall", "roc_auc", "accuracy", "f1"});
  CHECK(compiled("multilabel").optimizer->clipping() == Clipping{.clipvalue = 0.5});
  CHECK(compiled("regularized").optimizer->clipping() == Clipping{.global_clipnorm = 2.0});
  CHECK(compiled("frozen").losses[0]->config().at("from_logits") == base::Value("yes"));
}

TEST_CASE("the schedules of real Keras are here") {
  const auto config = [](const char* model) {
    const SchedulePtr schedule = compiled(model).schedule;
    REQUIRE(schedule != nullptr);
    return std::string(schedule->name()) + ": " + base::to_text(schedule->config());
  };
  CHECK(config("wide_deep") ==
        "exponential: decay_rate=0.1 decay_steps=100 initial_learning_rate=0.01 staircase=no");
  CHECK(config("batch_norm") ==
        "cosine: alpha=0.0 decay_steps=50 initial_learning_rate=0.01 "
        "warmup_steps=10 warmup_target=0.1");
  CHECK(config("regularized") == "piecewise: boundaries=100, 200 values=0.1, 0.05, 0.01");
  CHECK(config("normalized") ==
        "polynomial: cycle=yes decay_steps=20 end_learning_rate=1e-04 "
        "initial_learning_rate=0.01 power=2.0");
  CHECK(config("residual") ==
        "cosine_restarts: alpha=0.0 first_decay_steps=7 "
        "initial_learning_rate=0.01 m_mul=0.5 t_mul=2.0");
  CHECK(config("frozen") ==
        "inverse_time: decay_rate=1.0 decay_steps=10 initial_learning_rate=0.01 staircase=yes");
}

TEST_CASE("weights files of real Keras load") {
  for (const json& item : golden().at("trainings").at("cases")) {
    const std::string file = item.at("file");
    INFO(file);
    const Model whole = load_model(kGolden / (file + ".h5"));
    Model model(whole.network_ptr());
    load_weights(model, kGolden / (file + ".weights.h5"));
    CHECK(model.get_weights() == whole.get_weights());
    model.initialize(base::Rng(1));
    load_weights(model, kGolden / (file + ".h5"));
    CHECK(model.get_weights() == whole.get_weights());
  }
}

TEST_CASE("trainings of real Keras go on as there") {
  const json& trainings = golden().at("trainings");
  REQUIRE(trainings.at("cases").size() == optimizers().rows().size());
  const tests::Table table(tests::matrix(trainings.at("x")), tests::matrix(trainings.at("y")));
  for (const json& item : trainings.at("cases")) {
    for (const char* end : {".weights.h5", ".h5"}) {
      const std::string file = item.at("file");
      INFO(file << end);
      Model model = load_model(kGolden / (file + ".h5"));
      CHECK(model.compiled().optimizer->name() == item.at("optimizer"));
      TrainingState state = load_training(model, kGolden / (file + end));
      CHECK(state.epoch == 0);
      CHECK(state.iteration == 5);
      CHECK(state.rate == model.compiled().optimizer->rate());
      const std::vector<double> losses = losses_of(go_on(model, table, 5, state));
      REQUIRE(losses.size() == item.at("losses").size());
      for (std::size_t i = 0; i < losses.size(); ++i) {
        CHECK(losses[i] == Approx(item.at("losses")[i].get<double>()).epsilon(2e-5));
      }
    }
  }
}

TEST_CASE("models for real Keras", "[.keras_io_write]") {
  const std::filesystem::path folder = exchange_folder();
  json models = json::array();
  for (const auto& [name, model] : tests::all_architectures()) {
    json item = to_case(model);
    item["name"] = name;
    item["compiled"] = !model.compiled().losses.empty();
    item["scheduled"] = model.compiled().schedule != nullptr;
    item["learning_rate"] = model.compiled().optimizer->rate();
    for (std::size_t n = 0; n < model.frozen().size(); ++n) {
      const Node& node = model.network().nodes()[n];
      if (node.layer != nullptr && model.frozen()[n]) item["frozen"].push_back(node.name);
    }
    save_model(model, folder / (name + ".h5"));
    save_weights(model, folder / (name + ".weights.h5"));
    models.push_back(std::move(item));
  }
  Model by_name = tests::architectures::subclassed_wide_deep();
  tests::draw_weights(by_name, base::Rng(3));
  save_weights(by_name, folder / "subclassed.weights.h5");
  json trainings = json::array();
  const tests::Table table(tests::random_matrix(6, 8, base::Rng(1)),
                           tests::random_matrix(2, 8, base::Rng(2)));
  for (const OptimizerPtr& optimizer : several_optimizers()) {
    Model model = tests::architectures::residual();
    tests::draw_weights(model, base::Rng(5));
    model.set_trainable("hidden1", false);
    model.compile({.optimizer = optimizer, .losses = {mean_squared_error()}});
    TrainingState state;
    go_on(model, table, 5, state);
    const std::string name = "training_" + std::to_string(trainings.size());
    save_model(model, folder / (name + ".h5"));
    save_training(model, state, folder / (name + ".weights.h5"));
    trainings.push_back({{"name", name},
                         {"optimizer", optimizer->name()},
                         {"losses", losses_of(go_on(model, table, 10, state))}});
  }
  std::ofstream(folder / "models.json") << json{
      {"models", models},
      {"subclassed", to_case(by_name)},
      {"trainings", {{"x", to_json(table.x)}, {"y", to_json(table.y)}, {"cases", trainings}}}};
}

TEST_CASE("models back from real Keras", "[.keras_io_read]") {
  const std::filesystem::path folder = exchange_folder();
  for (const auto& [name, model] : tests::all_architectures()) {
    if (name == "threshold" || name == "signs") continue;  // Not Keras's.
    INFO(name);
    const Model back = load_model(folder / "back" / (name + ".h5"));
    const auto inputs = tests::draw_inputs(model);
    CHECK(tests::predict_outputs(back, inputs) == tests::predict_outputs(model, inputs));
    Model weights(model.network_ptr());
    load_weights(weights, folder / "back" / (name + ".weights.h5"));
    CHECK(weights.get_weights() == model.get_weights());
  }
  Model saved = tests::architectures::subclassed_wide_deep(), back = saved;
  tests::draw_weights(saved, base::Rng(3));
  load_weights(back, folder / "back/subclassed.weights.h5");
  CHECK(back.get_weights() == saved.get_weights());
}

}  // namespace tune::model
