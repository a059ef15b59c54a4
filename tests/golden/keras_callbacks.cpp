#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/logging.hpp"
#include "model/callbacks/rates.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/process.hpp"
#include "tests/support/tables.hpp"

// What real Keras's callbacks do and when they are called, written by keras_optimizers.py.

namespace tune::model {
namespace {

using tests::Json;

const Json& golden() {
  static const Json kValues = tests::golden_file("keras_optimizers");
  return kValues;
}

Mode mode_of(const Json& options) {
  return options.value("mode", "min") == "max" ? Mode::max : Mode::min;
}

/// A callback over given figures, without a model: what there is to train is the epoch's number.
struct Course {
  Weights weights{Floats(1), Floats(1)};
  Training training{.weights = weights, .rate = 0.1f};

  void begin(Callback& callback) { callback.on_train_begin(training); }
  void epoch(Callback& callback, int epoch, double figure) {
    weights.parameters[0] = static_cast<float>(epoch);
    Logs logs = {{"figure", figure}};
    callback.on_epoch_end(training, epoch, logs);
  }
};

/// Writes down every hook as the script does.
class Recorder : public Callback {
 public:
  void on_train_begin(Training&) override { add("on_train_begin"); }
  void on_train_end(Training&) override { add("on_train_end"); }
  void on_epoch_begin(Training&, int epoch) override { add("on_epoch_begin", epoch); }
  void on_epoch_end(Training&, int epoch, Logs& logs) override { add("on_epoch_end", epoch, logs); }
  void on_train_batch_begin(Training&, Index batch) override { add("on_train_batch_begin", batch); }
  void on_train_batch_end(Training&, Index batch, const BatchLogs& logs) override {
    add("on_train_batch_end", batch, logs.all());
  }
  void on_test_begin(Inference&) override { add("on_test_begin"); }
  void on_test_end(Inference&, const Logs& logs) override { add("on_test_end", -1, logs); }
  void on_test_batch_begin(Inference&, Index batch) override { add("on_test_batch_begin", batch); }
  void on_test_batch_end(Inference&, Index batch, const BatchLogs& logs) override {
    add("on_test_batch_end", batch, logs.all());
  }
  void on_predict_begin(Inference&) override { add("on_predict_begin"); }
  void on_predict_end(Inference&) override { add("on_predict_end"); }
  void on_predict_batch_begin(Inference&, Index batch) override {
    add("on_predict_batch_begin", batch);
  }
  void on_predict_batch_end(Inference&, Index batch, std::span<const Block>, Index) override {
    add("on_predict_batch_end", batch);
  }

  std::vector<std::string> calls;

 private:
  void add(std::string hook, Index number = -1, const Logs& logs = {}) {
    if (number >= 0) hook += ' ' + std::to_string(number);
    for (const auto& [name, figure] : logs) hook += ' ' + name;
    calls.push_back(hook);
  }
};

tests::Table table(Index samples) {
  return {tests::random_matrix(2, samples, base::Rng(1)),
          tests::random_matrix(1, samples, base::Rng(2))};
}

Model small_model() {
  Model model(sequential({2}, {dense(1)}));
  model.initialize(base::Rng(1));
  model.compile({.optimizer = sgd({.learning_rate = 0.1}),
                 .losses = {mean_squared_error()},
                 .metrics = {"mae"}});
  return model;
}

}  // namespace

TEST_CASE("early stopping ends where Keras's does, with the same weights") {
  for (const Json& run : golden()["early_stopping"]) {
    CAPTURE(run.dump());
    const Json& options = run["options"];
    EarlyStopping stopping({.monitor = "figure",
                            .patience = options.value("patience", 0),
                            .min_delta = options.value("min_delta", 0.0),
                            .restore_best_weights = true,
                            .mode = mode_of(options),
                            .baseline = options.contains("baseline")
                                            ? std::optional<double>(options["baseline"])
                                            : std::nullopt,
                            .start_from_epoch = options.value("start_from_epoch", 0)});
    Course course;
    course.begin(stopping);
    int epochs = 0;
    for (const double figure : run["figures"]) {
      if (!course.training.stop) course.epoch(stopping, epochs++, figure);
    }
    stopping.on_train_end(course.training);
    CHECK(epochs == run["epochs"]);
    CHECK(stopping.stopped() == run["stopped"]);
    CHECK(course.weights.parameters[0] == run["weight"].get<float>());
  }
}

TEST_CASE("the rates of ReduceLROnPlateau are Keras's") {
  for (const Json& run : golden()["plateau"]) {
    CAPTURE(run.dump());
    const Json& options = run["options"];
    ReduceLROnPlateau plateau({.monitor = "figure",
                               .factor = options.value("factor", 0.1),
                               .patience = options.value("patience", 10),
                               .min_delta = options.value("min_delta", 1e-4),
                               .cooldown = options.value("cooldown", 0),
                               .min_lr = options.value("min_lr", 0.0),
                               .mode = mode_of(options)});
    Course course;
    course.begin(plateau);
    for (std::size_t epoch = 0; epoch < run["figures"].size(); ++epoch) {
      CAPTURE(epoch);
      course.epoch(plateau, static_cast<int>(epoch), run["figures"][epoch]);
      CHECK(course.training.rate == Approx(run["rates"][epoch].get<float>()).epsilon(1e-6));
    }
  }
}

TEST_CASE("all hooks are called in Keras's order, with its logs") {
  const tests::Table train = table(5), valid = table(3);
  const Samples samples = train.samples(), validation = valid.samples();
  Recorder recorder;
  Callback* const callbacks[] = {&recorder};
  Model model = small_model();
  model.fit(samples, &validation,
            {.epochs = 2, .batch_size = 2, .callbacks = callbacks, .validation_batch_size = 2});
  model.evaluate(validation, {.batch_size = 2, .callbacks = callbacks});
  model.predict(samples, Predict{.batch_size = 2, .callbacks = callbacks});
  CHECK(recorder.calls == golden()["hooks"].get<std::vector<std::string>>());
}

TEST_CASE("epochs under steps_per_epoch have as many batches as in Keras") {
  for (const Json& run : golden()["steps"]) {
    CAPTURE(run.dump());
    const tests::Table samples = table(run["samples"]);
    const std::vector<int> expected = run["batches"];
    Recorder recorder;
    Callback* const callbacks[] = {&recorder};
    Model model = small_model();
    model.fit(samples.samples(), nullptr,
              {.epochs = static_cast<int>(expected.size()),
               .batch_size = run["batch_size"],
               .callbacks = callbacks,
               .steps_per_epoch = run["steps_per_epoch"]});
    std::vector<int> batches;
    for (const std::string& call : recorder.calls) {
      if (call.starts_with("on_epoch_begin")) batches.push_back(0);
      if (call.starts_with("on_train_batch_end")) ++batches.back();
    }
    CHECK(batches == expected);
  }
}

TEST_CASE("the file of CSVLogger is Keras's") {
  const tests::Folder folder;
  for (const Json& run : golden()["csv"]) {
    CAPTURE(run.dump());
    CSVLogger logger({.filename = folder / "log.csv"});
    Course course;
    logger.on_train_begin(course.training);
    int epoch = 0;
    for (const Json& row : run["logs"]) {
      const auto given = row.get<std::map<std::string, double>>();
      Logs figures(given.begin(), given.end());
      logger.on_epoch_end(course.training, epoch++, figures);
    }
    logger.on_train_end(course.training);
    CHECK(tests::contents(folder / "log.csv") == run["text"].get<std::string>());
  }
}

}  // namespace tune::model
