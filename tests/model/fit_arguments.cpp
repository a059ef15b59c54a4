#include "model/callbacks/lambda_callback.hpp"
#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// The arguments of fit, evaluate and predict beyond epochs and batches.

namespace tune::model {
namespace {

using tests::regression;
using tests::regression_model;
using tests::Table;

/// The rate of each step of a training.
std::vector<float> rates(Model& model, const Table& table, Fit options) {
  std::vector<float> rates;
  LambdaCallback watch(
      {.on_train_batch_begin = [&](Training& training, Index) { rates.push_back(training.rate); }});
  Callback* const callbacks[] = {&watch};
  options.callbacks = callbacks;
  model.fit(table.samples(), nullptr, options);
  return rates;
}

}  // namespace

TEST_CASE("validation_split validates on the last rows, and trains on the others") {
  const Table table = regression(25);
  Table train = table, valid = table;
  // keras.src.trainers.data_adapters.array_slicing: from floor(25 * (1 - 0.3)) on.
  train.rows.resize(17);
  valid.rows.erase(valid.rows.begin(), valid.rows.begin() + 17);
  const Samples validation = valid.samples();
  Model split = regression_model(), given = regression_model();
  const History history =
      split.fit(table.samples(), nullptr, {.epochs = 3, .batch_size = 4, .validation_split = 0.3});
  const History expected = given.fit(train.samples(), &validation, {.epochs = 3, .batch_size = 4});
  CHECK(split.get_weights() == given.get_weights());
  CHECK(history.epochs == expected.epochs);
  CHECK(history.epochs.at(0).contains("val_loss"));
}

TEST_CASE("class_weight is a weight of each sample by its class") {
  for (const Index rows : {1, 3}) {
    CAPTURE(rows);
    const Eigen::MatrixXf x = tests::random_matrix(3, 12, base::Rng(1));
    Eigen::MatrixXf y = Eigen::MatrixXf::Zero(rows, 12);
    for (Index s = 0; s < 12; ++s) {
      if (rows == 1) y(0, s) = static_cast<float>(s % 3);
      if (rows == 3) y(s % 3, s) = 1;
    }
    Table plain(x, y);
    std::ranges::reverse(plain.rows);
    plain.rows.pop_back();
    Table weighted = plain;
    for (std::size_t s = 0; s < 12; ++s) weighted.weights.push_back(s % 3 == 1 ? 1 : 3.5f);
    const auto trained = [&](const Table& table, const Fit& options) {
      Model model(sequential({3}, {dense(3, {.activation = "softmax"})}));
      model.initialize(base::Rng(1));
      model.compile(
          {.losses = {rows == 1 ? sparse_categorical_crossentropy() : categorical_crossentropy()}});
      const History history = model.fit(table.samples(), nullptr, options);
      return std::pair(model.get_weights(), history.epochs);
    };
    const Fit options{.epochs = 2, .batch_size = 3, .class_weight = {{0, 3.5f}, {2, 3.5f}}};
    CHECK(trained(plain, options) == trained(weighted, {.epochs = 2, .batch_size = 3}));
    CHECK(trained(plain, options) != trained(plain, {.epochs = 2, .batch_size = 3}));
  }
}

TEST_CASE("epochs under steps_per_epoch go over the same batches as whole ones") {
  const Table table = regression(20);
  Model whole = regression_model(adam()), parts = regression_model(adam());
  whole.fit(table.samples(), nullptr, {.epochs = 2, .batch_size = 2, .rng = base::Rng(5)});
  // Ten batches a pass, in epochs of 4, 4 and 2.
  const History history =
      parts.fit(table.samples(), nullptr,
                {.epochs = 6, .batch_size = 2, .rng = base::Rng(5), .steps_per_epoch = 4});
  CHECK(history.epochs.size() == 6);
  CHECK(parts.get_weights() == whole.get_weights());
  CHECK_THROWS_WITH(parts.fit(table.samples(), nullptr, {.batch_size = 2, .steps_per_epoch = 11}),
                    "fit: steps_per_epoch is 11, but the samples make 10 batches");
}

TEST_CASE("validation_freq is the epochs from one validation to the next") {
  const Table table = regression(20);
  const Samples samples = table.samples();
  Model model = regression_model();
  const History history = model.fit(samples, &samples, {.epochs = 7, .validation_freq = 3});
  std::vector<int> validated;
  for (std::size_t epoch = 0; epoch < history.epochs.size(); ++epoch) {
    if (history.epochs[epoch].contains("val_loss")) validated.push_back(static_cast<int>(epoch));
  }
  CHECK(validated == std::vector<int>{2, 5});
}

TEST_CASE("validation_steps is how many batches are validated on") {
  const Table table = regression(20);
  Table few = table;
  few.rows.resize(6);
  const Samples samples = table.samples();
  Model model = regression_model();
  const History history =
      model.fit(samples, &samples, {.validation_batch_size = 2, .validation_steps = 3});
  CHECK(history.epochs.at(0).at("val_loss") ==
        Approx(model.evaluate(few.samples()).at("loss")).epsilon(1e-6));
  CHECK(model.evaluate(samples, {.batch_size = 2, .steps = 3}).at("loss") ==
        Approx(model.evaluate(few.samples()).at("loss")).epsilon(1e-6));
  CHECK(model.predict(samples, Predict{.batch_size = 2, .steps = 3}) ==
        model.predict(few.samples()));
}

TEST_CASE("no figure but for rounding depends on the batches it is computed in") {
  const Table table = regression(37);
  const Model model = regression_model();
  const Logs all = model.evaluate(table.samples());
  for (const Index batch : {1, 5, 36}) {
    for (const auto& [name, value] : model.evaluate(table.samples(), {.batch_size = batch})) {
      CAPTURE(batch, name);
      CHECK(value == Approx(all.at(name)).epsilon(1e-6));
    }
    CHECK(model.predict(table.samples(), Predict{.batch_size = batch}) ==
          model.predict(table.samples()));
  }
}

TEST_CASE("a schedule sets the rate of each step, and spans schedule_epochs") {
  const Table table = regression(20);
  const SchedulePtr schedule = polynomial_decay({.initial_learning_rate = 1e-2});
  Model model = regression_model(sgd(), schedule);
  const std::vector<float> two = rates(model, table, {.epochs = 2, .batch_size = 5});
  REQUIRE(two.size() == 8);
  for (std::int64_t step = 0; step < 8; ++step) {
    CHECK(two[static_cast<std::size_t>(step)] == schedule->rate(step, 8));
  }
  const std::vector<float> part =
      rates(model, table, {.epochs = 2, .batch_size = 5, .schedule_epochs = 10});
  CHECK(part.back() == schedule->rate(7, 40));
  const std::vector<float> later =
      rates(model, table, {.epochs = 10, .initial_epoch = 2, .batch_size = 5});
  CHECK(later.front() == schedule->rate(8, 40));
  CHECK(later.back() == schedule->rate(39, 40));
}

TEST_CASE("a batch hook ends the epoch, and what was trained counts") {
  const Table table = regression(40);
  Model model = regression_model();
  LambdaCallback stop({.on_train_batch_end = [](Training& training, Index batch, const BatchLogs&) {
    training.stop = batch == 2;
  }});
  Callback* const callbacks[] = {&stop};
  const History history =
      model.fit(table.samples(), nullptr, {.epochs = 5, .batch_size = 4, .callbacks = callbacks});
  CHECK(history.epochs.size() == 1);
  CHECK_FALSE(history.cancelled);
}

TEST_CASE("arguments that make no sense are refused") {
  const Table table = regression(8);
  const Samples samples = table.samples();
  Model model = regression_model();
  const auto refused = [&](const Fit& options, const std::string& message) {
    CHECK_THROWS_WITH(model.fit(samples, nullptr, options), message);
  };
  refused({.validation_split = 1}, "fit: validation_split must be from 0 to below 1");
  refused({.validation_split = 0.95}, "fit: validation_split leaves no rows to train on, out of 8");
  refused({.validation_split = 1e-17},
          "fit: validation_split leaves no rows to validate on, out of 8");
  refused({.validation_freq = 0}, "fit: validation_freq must be at least 1");
  refused({.validation_steps = -1}, "fit: validation_steps must not be below 0");
  refused({.steps_per_epoch = -1}, "fit: steps_per_epoch must not be below 0");
  refused({.initial_epoch = -1}, "fit: initial_epoch must not be below 0");
  refused({.epochs = 5, .schedule_epochs = 4}, "fit: schedule_epochs is below epochs");
  CHECK_THROWS_WITH(model.fit(samples, &samples, {.validation_split = 0.5}),
                    "fit: validation_split is given, and samples to validate on too");
  Table weighted = table;
  weighted.weights.assign(8, 1.0f);
  CHECK_THROWS_WITH(model.fit(weighted.samples(), nullptr, {.class_weight = {{0, 2.0f}}}),
                    "fit: class_weight and weights of the samples cannot be given together");
  CHECK_THROWS_WITH(model.predict(samples, Predict{.output = 1}),
                    "predict: there is no output 1; the model has 1");
}

}  // namespace tune::model
