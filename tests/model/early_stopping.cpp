#include "model/callbacks/early_stopping.hpp"

#include <cmath>
#include <vector>

#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

constexpr double kNan = NAN, kInf = INFINITY;

/// What became of a training whose monitored figure took these values.
struct Course {
  int epochs = 0;  ///< that ran
  int best_epoch;
  bool stopped;
  float weight;  ///< at the end; in epoch n it is n
};

Course run(EarlyStoppingOptions options, const std::vector<double>& figures, int first_epoch = 0) {
  const std::string name = options.monitor;
  EarlyStopping stopping(std::move(options));
  Weights weights{Floats(3), Floats(1)};
  Training training{weights, 0.1f};
  Course course{};
  stopping.on_train_begin(training);
  for (const double figure : figures) {
    if (training.stop) break;
    const int epoch = first_epoch + course.epochs++;
    weights.parameters.assign(3, static_cast<float>(epoch));
    weights.state.assign(1, static_cast<float>(epoch));
    Logs logs = {{name, figure}};
    stopping.on_epoch_end(training, epoch, logs);
  }
  const float* place = weights.parameters.data();
  stopping.on_train_end(training);
  REQUIRE(weights.parameters.data() == place);
  REQUIRE(weights.parameters[0] == weights.state[0]);
  return {course.epochs, stopping.best_epoch(), stopping.stopped(), weights.parameters[0]};
}

}  // namespace

// The sequences are worked by hand along keras.callbacks.EarlyStopping.on_epoch_end.

TEST_CASE("early stopping waits for `patience` epochs without improvement") {
  const std::vector<double> figures = {5, 4, 4, 4.5, 3.9, 4, 4, 4, 4};
  const Course two = run({.patience = 2}, figures);
  CHECK(two.epochs == 4);  // best in 1, none in 2 and 3
  CHECK(two.best_epoch == 1);
  CHECK(two.stopped);
  CHECK(two.weight == 3);  // not restored
  const Course three = run({.patience = 3}, figures);
  CHECK(three.epochs == 8);  // best in 4, none in 5 to 7
  CHECK(three.best_epoch == 4);
}

TEST_CASE("patience 0 ends the training at the first epoch without improvement") {
  CHECK(run({}, {5, 4, 3, 3, 2}).epochs == 4);
  CHECK(run({}, {5, 4, 3, 2, 1}).epochs == 5);
  CHECK_FALSE(run({}, {5, 4, 3, 2, 1}).stopped);
}

TEST_CASE("an improvement of min_delta or less does not count") {
  const Course course = run({.patience = 2, .min_delta = 0.5}, {5, 4.75, 4.5, 4.25, 4});
  CHECK(course.epochs == 3);
  CHECK(course.best_epoch == 0);
  CHECK(run({.patience = 2, .min_delta = 0.5}, {5, 4.75, 4.25, 4, 4, 4}).best_epoch == 2);
}

TEST_CASE("early stopping can look for a maximum") {
  const Course course =
      run({.monitor = "val_accuracy", .patience = 1, .min_delta = 0.1, .mode = Mode::max},
          {0.5, 0.7, 0.75, 0.9});
  CHECK(course.epochs == 3);
  CHECK(course.best_epoch == 1);
}

TEST_CASE("early stopping knows of losses and of the model's metrics what is better") {
  const Model model = tests::regression_model();
  const auto best_epoch = [&](const std::string& monitor, std::vector<double> figures) {
    EarlyStopping stopping({.monitor = monitor, .patience = 9});
    Weights weights;
    Training training{.weights = weights, .rate = 0.1f, .model = &model};
    stopping.on_train_begin(training);
    for (std::size_t epoch = 0; epoch < figures.size(); ++epoch) {
      Logs logs = {{monitor, figures[epoch]}};
      stopping.on_epoch_end(training, static_cast<int>(epoch), logs);
    }
    return stopping.best_epoch();
  };
  for (const std::string prefix : {"", "val_"}) {
    CHECK(best_epoch(prefix + "loss", {2, 1, 3}) == 1);
    CHECK(best_epoch(prefix + "mae", {2, 1, 3}) == 1);
    CHECK(best_epoch(prefix + "r2", {2, 1, 3}) == 2);
  }
  CHECK(best_epoch("val_first_loss", {2, 1, 3}) == 1);
  CHECK_THROWS_WITH(best_epoch("charm", {2, 1}),
                    "EarlyStopping: is more or less of 'charm' better? Its mode must be min or "
                    "max");
}

TEST_CASE("an epoch without validation neither counts nor is an error") {
  EarlyStopping stopping({.patience = 1});
  Weights weights;
  Training training{.weights = weights, .rate = 0.1f, .validation_freq = 2};
  stopping.on_train_begin(training);
  int epoch = 0;
  for (const double figure : {3.0, 2.0, 4.0}) {
    CHECK_FALSE(training.stop);
    Logs none = {{"loss", 1}}, logs = {{"loss", 1}, {"val_loss", figure}};
    stopping.on_epoch_end(training, epoch++, none);
    stopping.on_epoch_end(training, epoch++, logs);
  }
  CHECK(training.stop);
  CHECK(stopping.best_epoch() == 3);
}

TEST_CASE("the best weights are put back in place, stopped or not") {
  CHECK(run({.patience = 2, .restore_best_weights = true}, {5, 3, 4, 4, 4}).weight == 1);
  const Course unstopped = run({.patience = 9, .restore_best_weights = true}, {5, 3, 4, 4, 4});
  CHECK_FALSE(unstopped.stopped);
  CHECK(unstopped.weight == 1);
}

TEST_CASE("a figure that is NaN is no improvement") {
  const Course course =
      run({.patience = 2, .restore_best_weights = true}, {kNan, 5, kNan, kNan, 1});
  CHECK(course.epochs == 4);
  CHECK(course.best_epoch == 1);
  CHECK(course.weight == 1);
  const Course never = run({.patience = 2, .restore_best_weights = true}, {kNan, kNan, kNan});
  CHECK(never.epochs == 2);
  CHECK(never.best_epoch == -1);
}

TEST_CASE("early stopping survives infinite figures") {
  const Course course =
      run({.patience = 2, .restore_best_weights = true}, {kInf, 7, kInf, 6, kInf, kInf, 1});
  CHECK(course.epochs == 6);
  CHECK(course.best_epoch == 3);
  CHECK(course.weight == 3);
}

TEST_CASE("a continued training counts epochs on and starts its patience anew") {
  const Course course = run({.patience = 2}, {5, 6, 6, 6}, 10);
  CHECK(course.epochs == 3);
  CHECK(course.best_epoch == 10);
}

TEST_CASE("one object serves one training after the other") {
  EarlyStopping stopping({.patience = 1});
  Weights weights{Floats(1), Floats(1)};
  for (int repeat = 0; repeat < 2; ++repeat) {
    Training training{weights, 0.1f};
    stopping.on_train_begin(training);
    Logs low = {{"val_loss", repeat == 0 ? 1.0 : 2.0}}, high = {{"val_loss", 3.0}};
    stopping.on_epoch_end(training, 0, low);
    CHECK_FALSE(training.stop);
    stopping.on_epoch_end(training, 1, high);
    CHECK(training.stop);
    CHECK(stopping.best() == (repeat == 0 ? 1 : 2));
  }
}

TEST_CASE("a figure that is not there is refused with the nearest name") {
  EarlyStopping stopping({.monitor = "val_los"});
  Weights weights;
  Training training{weights, 0.1f};
  Logs logs = {{"loss", 1}, {"val_loss", 1}};
  CHECK_THROWS_WITH(stopping.on_epoch_end(training, 0, logs),
                    "EarlyStopping: there is no 'val_los' to monitor; did you mean 'val_loss'?");
}

}  // namespace tune::model
