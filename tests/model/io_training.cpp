#include <limits>
#include <memory>

#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/rates.hpp"
#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "model/io/training_file.hpp"
#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

// Trainings that go on from files: the same bits as in one go.

namespace tune::model {
namespace {

using tests::Folder;

constexpr int kFirst = 5, kAll = 14;

/// Layers that draw, remember, and are frozen, in another order than Keras's.
Model fresh_model(OptimizerPtr optimizer, SchedulePtr schedule = nullptr) {
  Graph graph;
  const auto input = graph.input({3}, "x");
  const auto shortcut = graph.add(dense(4), input, "shortcut");
  const auto hidden = graph.add(dense(6, {.activation = "tanh"}), input, "hidden");
  const auto frozen = graph.add(dense(5), hidden, "frozen");
  const auto normal = graph.add(batch_normalization(), frozen, "normal");
  const auto noisy = graph.add(dropout(0.2), normal, "noisy");
  const Graph::Handle parts[] = {shortcut, noisy};
  const Graph::Handle output = graph.add(dense(1), graph.add(concatenate(), parts), "y");
  Model model(std::move(graph).build({&output, 1}));
  model.initialize(base::Rng(3));
  model.set_trainable("frozen", false);
  model.compile({.optimizer = std::move(optimizer),
                 .schedule = std::move(schedule),
                 .losses = {mean_squared_error()}});
  return model;
}

/// Trains with callbacks of its own, if there are to be some.
History train(Model& model, bool callbacks, Fit options) {
  const tests::Table train = tests::regression(40), valid = tests::regression(20, 2);
  const Samples validation = valid.samples();
  EarlyStopping stopping({.patience = 6, .min_delta = 0.01, .restore_best_weights = true});
  ReduceLROnPlateau plateau({.factor = 0.5, .patience = 1, .min_delta = 0.05});
  Callback* const all[] = {&stopping, &plateau};
  if (callbacks) options.callbacks = all;
  options.batch_size = 8;
  options.rng = base::Rng(9);
  options.schedule_epochs = kAll;
  return model.fit(train.samples(), &validation, options);
}

void check_same(const TrainingState& a, const TrainingState& b) {
  CHECK(a.epoch == b.epoch);
  CHECK(a.stopped == b.stopped);
  CHECK(a.iteration == b.iteration);
  CHECK(a.rate == b.rate);
  CHECK(a.weights.parameters == b.weights.parameters);
  CHECK(a.weights.state == b.weights.state);
  CHECK(a.memory == b.memory);
  CHECK(a.callbacks == b.callbacks);
}

/// Expects that a first part and the rest, of which nothing but files is left in between, are the
/// training in one go. Returns how many epochs that had.
std::size_t expect_the_same(const Model& model, bool callbacks = false) {
  const Folder folder;
  Model whole = model;
  TrainingState at_once;
  const History all = train(whole, callbacks, {.epochs = kAll, .state = &at_once});
  std::vector<Logs> joined;
  {
    Model first = model;
    TrainingState state;
    joined = train(first, callbacks, {.epochs = kFirst, .state = &state}).epochs;
    save_model(first, folder / "model.h5");
    save_training(first, state, folder / "model.weights.h5");
    check_same(load_training(first, folder / "model.weights.h5"), state);
  }
  Model rest = load_model(folder / "model.h5");
  TrainingState state = load_training(rest, folder / "model.weights.h5");
  const History history = train(rest, callbacks, {.epochs = kAll, .state = &state});
  joined.insert(joined.end(), history.epochs.begin(), history.epochs.end());
  CHECK(joined == all.epochs);
  CHECK(rest.get_weights() == whole.get_weights());
  check_same(state, at_once);
  return joined.size();
}

std::string complaint(const Model& model, const std::filesystem::path& file) {
  try {
    load_training(model, file);
  } catch (const base::InputError& error) {
    const std::string message = error.what(), name = file.string() + ": ";
    CHECK(message.starts_with(name));
    return message.substr(name.size());
  }
  return {};
}

}  // namespace

TEST_CASE("a training that goes on from files is the one in one go, with every optimizer") {
  for (const auto& row : optimizers().rows()) {
    CAPTURE(row.name);
    CHECK(expect_the_same(fresh_model(row.make(base::Reader({}, row.keys)))) == kAll);
  }
  expect_the_same(fresh_model(sgd({.learning_rate = 0.05, .momentum = 0.9, .nesterov = true})));
  expect_the_same(fresh_model(rmsprop({.momentum = 0.5, .centered = true})));
  expect_the_same(fresh_model(adam({.amsgrad = true, .clipping = {.global_clipnorm = 0.1}})));
}

TEST_CASE("a training that goes on from files is the one in one go, with every schedule") {
  for (const auto& row : schedules().rows()) {
    CAPTURE(row.name);
    expect_the_same(fresh_model(adam(), row.make(base::Reader({}, row.keys))));
  }
  expect_the_same(fresh_model(adam(), cosine_decay({.decay_steps = 40})));
}

TEST_CASE("a training that goes on from files is the one in one go, with callbacks") {
  const std::size_t epochs = expect_the_same(fresh_model(sgd({.learning_rate = 0.1})), true);
  CHECK(epochs > kFirst);
  CHECK(epochs < kAll);
  expect_the_same(fresh_model(adam({.learning_rate = 0.02})), true);
}

TEST_CASE("a training of a subclassed model goes on from a file") {
  const Folder folder;
  const Eigen::MatrixXf wide = tests::random_matrix(3, 24, base::Rng(1)),
                        deep = tests::random_matrix(5, 24, base::Rng(2)),
                        target = tests::random_matrix(1, 24, base::Rng(3));
  const std::vector<std::uint32_t> rows = tests::first_rows(24);
  const Samples samples{.inputs = {Columns(wide), Columns(deep)},
                        .targets = {Columns(target), Columns(target)},
                        .rows = rows};
  const auto fit = [&](Model& model, int epochs, TrainingState& state) {
    model.fit(samples, nullptr, {.epochs = epochs, .batch_size = 8, .state = &state});
  };
  Model whole = tests::architectures::subclassed_wide_deep(nadam()), first = whole, rest = whole;
  TrainingState at_once, state;
  fit(whole, 6, at_once);
  fit(first, 3, state);
  save_training(first, state, folder / "a.weights.h5");
  state = load_training(rest, folder / "a.weights.h5");
  fit(rest, 6, state);
  CHECK(rest.get_weights() == whole.get_weights());
  check_same(state, at_once);
}

TEST_CASE("what callbacks remember comes back, whatever it is") {
  const Folder folder;
  Model model = tests::regression_model(adam());
  TrainingState state;
  train(model, false, {.epochs = 1, .state = &state});
  using Limits = std::numeric_limits<double>;
  state.callbacks = {
      {},
      {.values = {{"integer", std::int64_t{1} << 62},
                  {"negative", std::int64_t{-3}},
                  {"real", 0.1},
                  {"whole", 2.0},
                  {"none", -Limits::infinity()},
                  {"text", std::string("2.5\n\"")}},
       .arrays = {{"a/b", {1, 2, 3}}, {"empty", {}}, {"nan", {Limits::denorm_min()}}}}};
  save_training(model, state, folder / "a.weights.h5");
  check_same(load_training(model, folder / "a.weights.h5"), state);
}

TEST_CASE("the file of a training is one of weights too") {
  const Folder folder;
  Model model = fresh_model(adam()), other = model;
  TrainingState state;
  train(model, false, {.epochs = 2, .state = &state});
  save_training(model, state, folder / "a.weights.h5");
  load_weights(other, folder / "a.weights.h5");
  CHECK(other.get_weights() == model.get_weights());
}

TEST_CASE("the state of another training is refused") {
  const Folder folder;
  Model model = fresh_model(adam());
  TrainingState state;
  train(model, true, {.epochs = 2, .state = &state});
  const std::filesystem::path file = folder / "a.weights.h5";
  save_training(model, state, file);
  CHECK(complaint(fresh_model(sgd()), file) ==
        "has 18 variables of an optimizer; sgd of this model has 2");
  CHECK_THAT(complaint(tests::regression_model(adam()), file),
             Catch::Contains("variables of an optimizer; adam of this model has 10"));
  save_weights(model, file);
  CHECK(complaint(model, file) == "has no state of an optimizer: it holds weights alone");
  TrainingState other = state;
  other.memory.pop_back();
  CHECK_THROWS_WITH(save_training(model, other, file),
                    "save_training: the state is that of another model or optimizer");
  CHECK_THROWS_WITH(save_training(model, {}, file),
                    "save_training: the state is that of another model or optimizer");
  other = state;
  other.callbacks[0].arrays["best_parameters"].push_back(0);
  CHECK_THROWS_WITH(train(model, true, {.epochs = 4, .state = &other}),
                    "the saved state of EarlyStopping is that of another model");
  other = state;
  other.callbacks[1].values["wait"] = std::int64_t{1} << 40;
  CHECK_THROWS_WITH(train(model, true, {.epochs = 4, .state = &other}),
                    "the saved state of a callback is damaged: 'wait' is 1099511627776");
}

}  // namespace tune::model
