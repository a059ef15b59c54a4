#include <cmath>
#include <vector>

#include "model/activation.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

using tests::random_matrix;
using tests::Table;

Table regression(Index samples, std::uint64_t seed = 1) {
  const Eigen::MatrixXf x = random_matrix(3, samples, base::Rng(seed));
  return Table(x, x.colwise().sum().array().sin().matrix());
}

Model small_model(float momentum = 0, std::vector<std::string> metrics = {}) {
  Model model(sequential({3}, {dense(5, {.activation = "tanh"}), dense(1)}));
  model.initialize(base::Rng(3));
  model.compile({.optimizer = sgd({.learning_rate = 0.05, .momentum = momentum}),
                 .losses = {mean_squared_error()},
                 .metrics = std::move(metrics)});
  return model;
}

std::vector<std::string> names(const Logs& logs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  return names;
}

/// The loss over these rows of the table, by another way than the model's.
double loss_of(const Model& model, const Table& table, Index first, Index count) {
  const Eigen::MatrixXd error = (model.predict(table.x) - table.y).cast<double>();
  return error.middleCols(first, count).squaredNorm() / static_cast<double>(count);
}

/// Writes down what a training calls, and can end it.
class Watch : public Callback {
 public:
  void on_train_begin(Training&) override { calls.push_back("train begin"); }
  void on_train_end(Training&) override { calls.push_back("train end"); }
  void on_epoch_begin(Training& training, int epoch) override {
    calls.push_back("begin " + std::to_string(epoch));
    if (epoch == rate_from) training.rate = 0;
  }
  void on_epoch_end(Training& training, int epoch, Logs& logs) override {
    calls.push_back("end " + std::to_string(epoch));
    logs["rate"] = static_cast<double>(training.rate);
    if (epoch == stop_after) training.stop = true;
  }

  std::vector<std::string> calls;
  int stop_after = -1, rate_from = -1;
};

}  // namespace

TEST_CASE("the history names losses and metrics as Keras does") {
  const Table train = regression(20), valid = regression(10, 2);
  const Samples validation = valid.samples();
  Model model = small_model(0, {"mae", "r2"});
  const History with = model.fit(train.samples(), &validation, {.epochs = 2});
  REQUIRE(with.epochs.size() == 2);
  CHECK(names(with.epochs[1]) ==
        std::vector<std::string>{"loss", "mae", "r2", "val_loss", "val_mae", "val_r2"});
  const History without = model.fit(train.samples(), nullptr, {.epochs = 1});
  CHECK(names(without.epochs.at(0)) == std::vector<std::string>{"loss", "mae", "r2"});
  CHECK_FALSE(with.diverged);
  CHECK_FALSE(with.cancelled);
}

TEST_CASE("validation figures are those of the weights at the epoch's end") {
  const Table train = regression(20), valid = regression(300, 2);
  const Samples validation = valid.samples();
  Model model = small_model(0.9f, {"mae"});
  const History history = model.fit(train.samples(), &validation, {.epochs = 3});
  const Logs logs = model.evaluate(validation);
  CHECK(history.epochs.back().at("val_loss") == logs.at("loss"));
  CHECK(history.epochs.back().at("val_mae") == logs.at("mae"));
}

TEST_CASE("evaluate gives the means over all samples") {
  const Table table = regression(600);  // more than one batch of the evaluation
  const Model model = small_model(0, {"mae", "rmse"});
  const Logs logs = model.evaluate(table.samples());
  CHECK(logs.at("loss") == Approx(loss_of(model, table, 0, 600)).epsilon(1e-6));
  CHECK(logs.at("rmse") == Approx(std::sqrt(logs.at("loss"))));
  CHECK(logs.at("mae") ==
        Approx((model.predict(table.x) - table.y).cwiseAbs().mean()).epsilon(1e-5));
}

// keras.Model.fit: each batch's loss is taken before its step, and the epoch's is their mean
// weighted by the batches' sizes.
TEST_CASE("an epoch's loss is the mean over its batches, each before its step") {
  const Table table = regression(11);
  Model stepwise = small_model();
  double sum = 0;
  for (const auto& [first, count] : {std::pair<Index, Index>{0, 4}, {4, 4}, {8, 3}}) {
    sum += static_cast<double>(count) * loss_of(stepwise, table, first, count);
    const Table batch(table.x.middleCols(first, count), table.y.middleCols(first, count));
    stepwise.fit(batch.samples(), nullptr, {.batch_size = count, .shuffle = false});
  }
  Model model = small_model();
  const History history = model.fit(table.samples(), nullptr, {.batch_size = 4, .shuffle = false});
  CHECK(history.epochs.at(0).at("loss") == Approx(sum / 11).epsilon(1e-6));
  CHECK(model.get_weights() == stepwise.get_weights());
}

TEST_CASE("a batch larger than the data is one batch of all of it") {
  const Table table = regression(11);
  Model all = small_model(), larger = small_model();
  all.fit(table.samples(), nullptr, {.batch_size = 11, .shuffle = false});
  larger.fit(table.samples(), nullptr, {.batch_size = Index{1} << 40, .shuffle = false});
  CHECK(all.get_weights() == larger.get_weights());
}

TEST_CASE("only the given rows are trained on, in the given order") {
  const Table table = regression(10);
  Table picked = table, moved(table.x, table.y);
  picked.rows = {7, 2, 2, 5};
  for (std::size_t i = 0; i < 4; ++i) {
    moved.x.col(static_cast<Index>(i)) = table.x.col(picked.rows[i]);
    moved.y.col(static_cast<Index>(i)) = table.y.col(picked.rows[i]);
  }
  moved.rows = tests::first_rows(4);
  Model a = small_model(), b = small_model();
  a.fit(picked.samples(), nullptr, {.batch_size = 2, .shuffle = false});
  b.fit(moved.samples(), nullptr, {.batch_size = 2, .shuffle = false});
  CHECK(a.get_weights() == b.get_weights());
}

TEST_CASE("a continued training repeats the longer one bit for bit") {
  const Table table = regression(50);
  Model whole = small_model(), parts = small_model();
  const base::Rng rng(9);
  const History all =
      whole.fit(table.samples(), nullptr, {.epochs = 5, .batch_size = 8, .rng = rng});
  parts.fit(table.samples(), nullptr, {.epochs = 3, .batch_size = 8, .rng = rng});
  const History rest = parts.fit(table.samples(), nullptr,
                                 {.epochs = 5, .initial_epoch = 3, .batch_size = 8, .rng = rng});
  CHECK(whole.get_weights() == parts.get_weights());
  CHECK(rest.initial_epoch == 3);
  REQUIRE(rest.epochs.size() == 2);
  CHECK(rest.epochs[0] == all.epochs[3]);
  CHECK(rest.epochs[1] == all.epochs[4]);
}

TEST_CASE("rows are shuffled anew in each epoch, by the stream alone") {
  const Table table = regression(50);
  const auto trained = [&](std::uint64_t seed, bool shuffle, int initial_epoch) {
    Model model = small_model();
    model.fit(table.samples(), nullptr,
              {.epochs = initial_epoch + 1,
               .initial_epoch = initial_epoch,
               .batch_size = 8,
               .shuffle = shuffle,
               .rng = base::Rng(seed)});
    return model.get_weights();
  };
  CHECK(trained(1, true, 0) == trained(1, true, 0));
  CHECK(trained(1, true, 0) != trained(2, true, 0));
  CHECK(trained(1, true, 0) != trained(1, true, 1));
  CHECK(trained(1, false, 0) == trained(2, false, 1));
}

TEST_CASE("a weight of two is the row twice, and a weight of zero none") {
  const Table table = regression(4);
  Table weighted = table, doubled = table;
  weighted.weights = {1, 2, 0, 1};
  doubled.rows = {0, 1, 1, 3};
  Model a = small_model(), b = small_model();
  CHECK(a.evaluate(weighted.samples()).at("loss") ==
        Approx(b.evaluate(doubled.samples()).at("loss")).epsilon(1e-7));
  a.fit(weighted.samples(), nullptr, {.batch_size = 4, .shuffle = false});
  b.fit(doubled.samples(), nullptr, {.batch_size = 4, .shuffle = false});
  CHECK(a.evaluate(table.samples()).at("loss") ==
        Approx(b.evaluate(table.samples()).at("loss")).epsilon(1e-6));
}

TEST_CASE("weights follow their rows") {
  Table table = regression(4);
  table.weights = {0, 0, 0, 5};
  table.rows = {3};
  const Model model = small_model();
  CHECK(model.evaluate(table.samples()).at("loss") ==
        Approx(5 * loss_of(model, table, 3, 1)).epsilon(1e-6));
}

TEST_CASE("columns are scaled and filled as they are read") {
  Table table = regression(4);
  Table scaled = table;
  const std::vector<float> shift = {1, 2, -3}, factor = {2, 0.5f, 4}, fill = {7, 8, 9};
  table.x(1, 2) = NAN;
  scaled.x(1, 2) = fill[1];
  for (Index i = 0; i < 3; ++i) {
    const auto k = static_cast<std::size_t>(i);
    scaled.x.row(i) = (scaled.x.row(i).array() - shift[k]) * factor[k];
  }
  Samples samples = table.samples();
  samples.inputs[0].shift = shift;
  samples.inputs[0].factor = factor;
  samples.inputs[0].fill = fill;
  const Model model = small_model();
  CHECK(model.predict(samples) == model.predict(scaled.samples()));
}

TEST_CASE("callbacks are called in Keras's order, and can stop and set the rate") {
  const Table table = regression(8);
  Watch watch;
  watch.stop_after = 2;
  watch.rate_from = 2;
  Callback* const callbacks[] = {&watch};
  Model model = small_model();
  const History history = model.fit(table.samples(), nullptr,
                                    {.epochs = 9, .initial_epoch = 1, .callbacks = callbacks});
  CHECK(watch.calls == std::vector<std::string>{"train begin", "begin 1", "end 1", "begin 2",
                                                "end 2", "train end"});
  REQUIRE(history.epochs.size() == 2);
  CHECK(history.epochs[0].at("rate") == Approx(0.05));
  CHECK(history.epochs[1].at("rate") == 0);
  Model once = small_model();
  once.fit(table.samples(), nullptr, {.epochs = 2, .initial_epoch = 1});
  CHECK(model.get_weights() == once.get_weights());
}

TEST_CASE("early stopping puts the best epoch's weights back into the model") {
  const Table train = regression(20);
  Table valid = regression(10, 2);
  valid.y.array() += 2;  // Far off: validation gets worse at some time.
  const Samples validation = valid.samples();
  EarlyStopping stopping({.patience = 3, .restore_best_weights = true});
  Callback* const callbacks[] = {&stopping};
  Model model = small_model();
  const History history =
      model.fit(train.samples(), &validation,
                {.epochs = 200, .batch_size = 4, .callbacks = callbacks, .rng = base::Rng(4)});
  REQUIRE(stopping.stopped());
  REQUIRE(history.epochs.size() == static_cast<std::size_t>(stopping.best_epoch()) + 4);
  CHECK(model.evaluate(validation).at("loss") == stopping.best());
  CHECK(history.epochs[static_cast<std::size_t>(stopping.best_epoch())].at("val_loss") ==
        stopping.best());
}

TEST_CASE("a training that diverges ends at that batch") {
  Table table = regression(40);
  table.y(0, 17) = INFINITY;
  Watch watch;
  Callback* const callbacks[] = {&watch};
  int batches = 0;
  Model model = small_model();
  const History history = model.fit(
      table.samples(), nullptr,
      {.epochs = 3, .batch_size = 4, .shuffle = false, .callbacks = callbacks, .cancelled = [&] {
         return ++batches > 1000;
       }});
  CHECK(history.diverged);
  CHECK_FALSE(history.cancelled);
  CHECK(batches == 5);  // row 17 is in the fifth
  CHECK(history.epochs.empty());
  CHECK(watch.calls.back() == "train end");
}

TEST_CASE("too large a rate diverges, and leaves the epochs before") {
  const Table table = regression(40);
  Model model = small_model();
  model.compile({.optimizer = sgd({.learning_rate = 1e4}), .losses = {mean_squared_error()}});
  const History history = model.fit(table.samples(), nullptr, {.epochs = 1000});
  CHECK(history.diverged);
  CHECK(history.epochs.size() < 1000);
  for (const Logs& logs : history.epochs) CHECK(std::isfinite(logs.at("loss")));
}

TEST_CASE("a figure of the validation that is not finite does not end the training") {
  const Table train = regression(8);
  Table valid = regression(8, 2);
  valid.y(0, 3) = INFINITY;
  const Samples validation = valid.samples();
  Model model = small_model();
  const History history = model.fit(train.samples(), &validation, {.epochs = 3});
  CHECK(history.epochs.size() == 3);
  CHECK_FALSE(history.diverged);
  CHECK(std::isinf(history.epochs[2].at("val_loss")));
}

TEST_CASE("a cancelled training ends before the next batch") {
  const Table table = regression(40);
  int asked = 0;
  Model model = small_model();
  const History history =
      model.fit(table.samples(), nullptr,
                {.epochs = 9, .batch_size = 4, .cancelled = [&] { return ++asked == 14; }});
  CHECK(history.cancelled);
  CHECK_FALSE(history.diverged);
  CHECK(history.epochs.size() == 1);  // ten batches, then three of the second epoch
  CHECK(asked == 14);
}

TEST_CASE("samples that cannot be trained on are refused") {
  Table table = regression(8);
  Model model = small_model();
  CHECK_THROWS_WITH(model.fit(table.samples(), nullptr, {.batch_size = 0}),
                    "fit: the batch size must be at least 1");
  const Samples good = table.samples();
  table.rows.clear();
  const Samples none = table.samples();
  CHECK_THROWS_WITH(model.fit(none, nullptr, {}), "there are no samples");
  CHECK_THROWS_WITH(model.fit(good, &none, {}), "there are no samples");
  CHECK(model.predict(none).cols() == 0);
}

TEST_CASE("a sample's prediction does not depend on its neighbours, bit by bit") {
  for (const std::string& name : activation_names()) {
    Model model(sequential({9}, {dense(21, {.activation = name}), dense(3, {.activation = name})}));
    model.initialize(base::Rng(1));
    const Eigen::MatrixXf x = random_matrix(9, 300, base::Rng(2), 3);
    const Eigen::MatrixXf all = model.predict(x);
    int differ = 0;
    for (const Index count : {Index{1}, Index{2}, Index{5}, Index{33}}) {
      for (Index first = 0; first + count <= 300; first += 37) {
        differ += model.predict(x.middleCols(first, count).eval()) != all.middleCols(first, count);
      }
    }
    CAPTURE(name);
    CHECK(differ == 0);
  }
}

}  // namespace tune::model
