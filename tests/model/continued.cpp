#include <memory>

#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/rates.hpp"
#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// Trainings that are continued from a TrainingState: the same bits as in one go.

namespace tune::model {
namespace {

constexpr int kFirst = 9, kAll = 27;

struct Setup {
  OptimizerPtr optimizer = sgd();
  SchedulePtr schedule = nullptr;
  std::vector<LayerPtr> hidden = {dense(5, {.activation = "tanh"})};
  std::function<std::vector<std::shared_ptr<Callback>>()> callbacks = [] {
    return std::vector<std::shared_ptr<Callback>>{};
  };
  Index steps_per_epoch = 0;

  Model model(std::uint64_t seed = 3) const {
    std::vector<LayerPtr> layers = hidden;
    layers.push_back(dense(1));
    Model model(sequential({3}, layers));
    model.initialize(base::Rng(seed));
    model.compile({.optimizer = optimizer, .schedule = schedule, .losses = {mean_squared_error()}});
    return model;
  }

  /// Trains with callbacks of its own.
  History fit(Model& model, Fit options) const {
    const tests::Table train = tests::regression(50), valid = tests::regression(20, 2);
    const Samples validation = valid.samples();
    const auto own = callbacks();
    std::vector<Callback*> pointers;
    for (const auto& callback : own) pointers.push_back(callback.get());
    options.batch_size = 8;
    options.callbacks = pointers;
    options.rng = base::Rng(9);
    options.steps_per_epoch = steps_per_epoch;
    options.schedule_epochs = kAll;
    return model.fit(train.samples(), &validation, options);
  }
};

/// Expects that a first part and the rest, in another object, are the training in one go. Returns
/// how many epochs that had.
std::size_t expect_the_same(const Setup& setup) {
  Model whole = setup.model(), first = setup.model(), rest = setup.model(4);
  TrainingState at_once, parts;
  const History all = setup.fit(whole, {.epochs = kAll, .state = &at_once});
  History history = setup.fit(first, {.epochs = kFirst, .state = &parts});
  const std::vector<Logs> before = history.epochs;
  TrainingState copy = parts;
  history = setup.fit(rest, {.epochs = kAll, .state = &copy});
  CHECK(rest.get_weights() == whole.get_weights());
  CHECK(history.initial_epoch == parts.epoch);
  std::vector<Logs> joined = before;
  joined.insert(joined.end(), history.epochs.begin(), history.epochs.end());
  CHECK(joined == all.epochs);
  CHECK(copy.epoch == at_once.epoch);
  CHECK(copy.stopped == at_once.stopped);
  CHECK(copy.iteration == at_once.iteration);
  CHECK(copy.rate == at_once.rate);
  CHECK(copy.weights.parameters == at_once.weights.parameters);
  CHECK(copy.weights.state == at_once.weights.state);
  CHECK(copy.memory == at_once.memory);
  CHECK(copy.callbacks == at_once.callbacks);
  return all.epochs.size();
}

}  // namespace

TEST_CASE("a continued training is the one in one go, with every optimizer") {
  for (const auto& row : optimizers().rows()) {
    CAPTURE(row.name);
    CHECK(expect_the_same({.optimizer = row.make(base::Reader({}, row.keys))}) == kAll);
  }
  expect_the_same({.optimizer = sgd({.learning_rate = 0.05, .momentum = 0.9, .nesterov = true})});
  expect_the_same({.optimizer = rmsprop({.momentum = 0.5, .centered = true})});
  expect_the_same({.optimizer = adam({.amsgrad = true, .clipping = {.global_clipnorm = 0.1}})});
}

TEST_CASE("a continued training is the one in one go, with every schedule over the whole") {
  for (const auto& row : schedules().rows()) {
    CAPTURE(row.name);
    expect_the_same(
        {.optimizer = sgd({.momentum = 0.9}), .schedule = row.make(base::Reader({}, row.keys))});
  }
}

TEST_CASE("a continued training is the one in one go, with layers that draw and remember") {
  expect_the_same(
      {.optimizer = adam(), .hidden = {dense(9), batch_normalization(), dropout(0.3), dense(4)}});
}

TEST_CASE("a continued training is the one in one go, with epochs that are parts of a pass") {
  // Seven batches a pass: the first part ends within one.
  expect_the_same({.optimizer = adam(), .steps_per_epoch = 2});
}

TEST_CASE("a continued training is the one in one go, with callbacks that count epochs") {
  const auto callbacks = [](int patience) {
    return [=]() -> std::vector<std::shared_ptr<Callback>> {
      return {std::make_shared<EarlyStopping>(EarlyStoppingOptions{
                  .patience = patience, .min_delta = 0.01, .restore_best_weights = true}),
              std::make_shared<ReduceLROnPlateau>(ReduceLROnPlateauOptions{
                  .factor = 0.5, .patience = 2, .min_delta = 0.05, .cooldown = 1})};
    };
  };
  const OptimizerPtr quick = sgd({.learning_rate = 0.1, .momentum = 0.5});
  // It stops in the second part, with a patience that began in the first.
  const std::size_t epochs = expect_the_same({.optimizer = quick, .callbacks = callbacks(8)});
  CHECK(epochs > kFirst);
  CHECK(epochs < kAll);
  // It stops in the first part, and there is nothing left to do.
  CHECK(expect_the_same({.optimizer = quick, .callbacks = callbacks(2)}) < kFirst);
  CHECK(expect_the_same({.optimizer = quick, .callbacks = callbacks(99)}) == kAll);
}

TEST_CASE("callbacks decide as if there were no cut, wherever the training is cut") {
  const std::vector<double> figures = {5, 4, 4.5, 4, 4, 3.9, 4, 4, 4, 3, 3.5, 3.5, 3.5, 3.5, 3.5};
  // The rate, and whether the training ended, after each epoch; a new object from `cut` on.
  const auto run = [&](const auto& make, std::size_t cut) {
    std::vector<std::pair<float, bool>> course;
    Weights weights{Floats(2), Floats(1)};
    Training training{.weights = weights, .rate = 1};
    std::shared_ptr<Callback> callback = make();
    callback->on_train_begin(training);
    for (std::size_t epoch = 0; epoch < figures.size() && !training.stop; ++epoch) {
      if (epoch == cut) {
        const CallbackState state = callback->save();
        callback = make();
        callback->on_train_begin(training);
        callback->restore(state);
        CHECK(callback->save() == state);
      }
      weights.parameters.assign(2, static_cast<float>(epoch));
      Logs logs = {{"val_loss", figures[epoch]}};
      callback->on_epoch_end(training, static_cast<int>(epoch), logs);
      course.emplace_back(training.rate, training.stop);
    }
    callback->on_train_end(training);
    course.emplace_back(weights.parameters[1], false);
    return course;
  };
  const auto plateau = [] {
    return std::make_shared<ReduceLROnPlateau>(
        ReduceLROnPlateauOptions{.factor = 0.5, .patience = 2, .cooldown = 2});
  };
  const auto stopping = [] {
    return std::make_shared<EarlyStopping>(
        EarlyStoppingOptions{.patience = 4, .restore_best_weights = true});
  };
  for (std::size_t cut = 0; cut < figures.size(); ++cut) {
    CAPTURE(cut);
    CHECK(run(plateau, cut) == run(plateau, figures.size()));
    CHECK(run(stopping, cut) == run(stopping, figures.size()));
  }
}

TEST_CASE("a state stays as it was if the training ends within an epoch") {
  const Setup setup{.optimizer = adam()};
  Model whole = setup.model(), parts = setup.model();
  setup.fit(whole, {.epochs = kAll});
  TrainingState state;
  setup.fit(parts, {.epochs = kFirst, .state = &state});
  int asked = 0;
  const History cut = setup.fit(
      parts, {.epochs = kAll, .cancelled = [&] { return ++asked > 10; }, .state = &state});
  CHECK(cut.cancelled);
  CHECK(state.epoch == kFirst);
  setup.fit(parts, {.epochs = kAll, .state = &state});
  CHECK(parts.get_weights() == whole.get_weights());
}

TEST_CASE("a state that does not belong to the training is refused, and nothing is changed") {
  const Setup setup{.optimizer = adam()};
  Model model = setup.model();
  TrainingState state;
  setup.fit(model, {.epochs = 2, .state = &state});
  const auto before = model.get_weights();
  CHECK_THROWS_WITH(setup.fit(model, {.epochs = 9, .initial_epoch = 5, .state = &state}),
                    "fit: the training is to go on in epoch 5, its state is that of 2");
  Setup other = setup;
  other.callbacks = [] {
    return std::vector<std::shared_ptr<Callback>>{
        std::make_shared<EarlyStopping>(EarlyStoppingOptions{})};
  };
  CHECK_THROWS_WITH(other.fit(model, {.epochs = 9, .state = &state}),
                    "fit: the state is that of a training with 0 callbacks, not 1");
  TrainingState foreign = state;
  foreign.callbacks.push_back(CallbackState{});
  CHECK_THROWS_WITH(other.fit(model, {.epochs = 9, .state = &foreign}),
                    "the saved state is that of another callback: 'best_epoch' is missing");
  CHECK(model.get_weights() == before);
  model.compile({.optimizer = sgd(), .losses = {mean_squared_error()}});
  CHECK_THROWS_WITH(setup.fit(model, {.epochs = 9, .state = &state}),
                    "fit: the state is that of another model or optimizer");
}

}  // namespace tune::model
