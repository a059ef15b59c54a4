#include "model/callbacks/model_checkpoint.hpp"
#include "model/io/keras_h5.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

namespace tune::model {
namespace {

/// The files that a checkpoint writes for the figures of val_loss, without writing them.
std::vector<std::string> saved(ModelCheckpointOptions options, const std::vector<double>& figures) {
  std::vector<std::string> files;
  options.save = [&](const Model&, const std::filesystem::path& file) {
    files.push_back(file.string());
  };
  ModelCheckpoint checkpoint(options);
  const Model model = tests::regression_model();
  Weights weights;
  Training training{.weights = weights, .rate = 0.1f, .model = &model};
  checkpoint.on_train_begin(training);
  for (std::size_t epoch = 0; epoch < figures.size(); ++epoch) {
    Logs logs = {{"loss", 1}, {"val_loss", figures[epoch]}, {"val_r2", figures[epoch]}};
    checkpoint.on_epoch_end(training, static_cast<int>(epoch), logs);
  }
  return files;
}

using Files = std::vector<std::string>;

}  // namespace

TEST_CASE("a checkpoint is written after each epoch") {
  CHECK(saved({.filepath = "m{epoch:02d}.h5"}, {3, 4, 2}) == Files{"m01.h5", "m02.h5", "m03.h5"});
  CHECK(saved({.filepath = "m.h5"}, {3, 4}) == Files{"m.h5", "m.h5"});
}

TEST_CASE("with save_best_only a checkpoint is written after the best epochs so far") {
  const std::vector<double> figures = {3, 4, 2, 2, 1, NAN, 1.5};
  ModelCheckpointOptions best{.filepath = "{epoch}.h5", .save_best_only = true};
  CHECK(saved(best, figures) == Files{"1.h5", "3.h5", "5.h5"});
  best.initial_value_threshold = 1.5;
  CHECK(saved(best, figures) == Files{"5.h5"});
  best.initial_value_threshold = {};
  best.monitor = "val_r2";  // More is better, which the metric knows.
  CHECK(saved(best, figures) == Files{"1.h5", "2.h5"});
  best.mode = Mode::min;
  CHECK(saved(best, figures) == Files{"1.h5", "3.h5", "5.h5"});
  best.monitor = "val_los";
  CHECK_THROWS_WITH(saved(best, figures),
                    "ModelCheckpoint: there is no 'val_los' to monitor; did you mean 'val_loss'?");
}

TEST_CASE("the saved model is that of the best epoch") {
  const tests::Folder folder;
  const tests::Table train = tests::regression(20);
  tests::Table valid = tests::regression(10, 2);
  valid.y.array() += 2;  // Far off: validation gets worse at some time.
  const Samples validation = valid.samples();
  ModelCheckpoint checkpoint(
      {.filepath = (folder / "new/best.h5").string(), .save_best_only = true});
  Callback* const callbacks[] = {&checkpoint};
  Model model = tests::regression_model(sgd({.learning_rate = 0.05}));
  const History history = model.fit(train.samples(), &validation,
                                    {.epochs = 60, .batch_size = 4, .callbacks = callbacks});
  double best = INFINITY;
  for (const Logs& logs : history.epochs) best = std::min(best, logs.at("val_loss"));
  REQUIRE(best < history.epochs.back().at("val_loss"));
  CHECK(load_model(folder / "new/best.h5").evaluate(validation).at("loss") == best);
}

// The texts are those of Python's format.
TEST_CASE("fields of the path are filled in as Keras does") {
  const Logs logs = {{"loss", 0.12345}, {"val_loss", 2.0}};
  CHECK(checkpoint_path("a/{epoch:03d}-{loss:.2f}-{val_loss:.1e}.h5", 6, logs) ==
        "a/007-0.12-2.0e+00.h5");
  CHECK(checkpoint_path("{epoch}{loss}{val_loss}", 0, logs) == "10.123452.0");
  CHECK(checkpoint_path("{epoch:4d}{loss:8.3f}", 0, logs) == "   1   0.123");
  CHECK(checkpoint_path("plain", 0, logs) == "plain");
  CHECK_THROWS_WITH(
      checkpoint_path("{val_los}", 0, logs),
      "ModelCheckpoint: there is no 'val_los' for the path; did you mean 'val_loss'?");
  CHECK_THROWS_WITH(checkpoint_path("{epoch:.2f}", 0, logs),
                    "ModelCheckpoint: '{epoch:.2f}' is not understood; a whole number is written "
                    "as {epoch:02d}");
  CHECK_THROWS_WITH(checkpoint_path("{loss:%n}", 0, logs),
                    "ModelCheckpoint: '{loss:%n}' is not understood; a figure is written as "
                    "{val_loss:.4f}");
}

TEST_CASE("a checkpoint that could not be written is refused at once") {
  CHECK_THROWS_WITH(ModelCheckpoint({.filepath = "m.keras"}),
                    "ModelCheckpoint: the path 'm.keras' must end in .h5");
  CHECK_THROWS_WITH(ModelCheckpoint({.filepath = "m.h5", .save_weights_only = true}),
                    "ModelCheckpoint: the path 'm.h5' must end in .weights.h5");
}

}  // namespace tune::model
