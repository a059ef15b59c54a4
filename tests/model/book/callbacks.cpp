#include <filesystem>
#include <sstream>

#include "model/arrays.hpp"
#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/logging.hpp"
#include "model/callbacks/model_checkpoint.hpp"
#include "model/io/keras_h5.hpp"
#include "model/losses/makers.hpp"
#include "model/rate_finder.hpp"
#include "tests/model/book/data.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

namespace tune::model {
namespace {

class PrintValTrainRatio : public Callback {
 public:
  explicit PrintValTrainRatio(std::ostream& out) : out_(out) {}
  void on_epoch_end(Training&, int epoch, Logs& logs) override {
    const double ratio = logs.at("val_loss") / logs.at("loss");
    out_ << "Epoch=" << epoch << ", val/train=" << ratio << '\n';
  }

 private:
  std::ostream& out_;
};

class ExponentialLearningRate : public Callback {
 public:
  explicit ExponentialLearningRate(float factor)
      : factor_(factor) {}
  void on_train_batch_end(Training& training, Index,
                          const BatchLogs& logs) override {
    rates.push_back(training.rate);
    losses.push_back(logs.batch_loss());
    training.rate *= factor_;
  }

  std::vector<float> rates;
  std::vector<double> losses;

 private:
  float factor_;
};

Model book_model() {
  Model model(sequential(
      {8}, {dense(30, {.activation = "relu"}), dense(1)}));
  model.initialize(base::Rng(42));
  model.compile({.losses = {mean_squared_error()}});
  return model;
}

/// A folder of the test's own as the current one.
class InFolder {
 public:
  InFolder() { std::filesystem::current_path(folder_ / ""); }
  ~InFolder() { std::filesystem::current_path(before_); }

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
  tests::Folder folder_;
};

}  // namespace

TEST_CASE("book: models are saved and loaded") {
  const InFolder folder;
  Model model = book_model();

  save_model(model, "my_keras_model.h5");
  Model loaded = load_model("my_keras_model.h5");
  CHECK(loaded.get_weights() == model.get_weights());

  model.save_weights("my_weights.weights.h5");
  loaded.initialize(base::Rng(1));
  loaded.load_weights("my_weights.weights.h5");
  CHECK(loaded.get_weights() == model.get_weights());
}

TEST_CASE(
    "book: checkpoints, early stopping, a callback of one's "
    "own") {
  const InFolder folder;
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Arrays train(x_train, y_train), valid(x_valid, y_valid);
  std::ostringstream out;
  Model model = book_model();

  ModelCheckpoint checkpoint(
      {.filepath = "my_keras_model.h5", .save_best_only = true});
  EarlyStopping early_stopping(
      {.patience = 10, .restore_best_weights = true});
  PrintValTrainRatio val_train_ratio(out);
  CSVLogger csv_logger({.filename = "history.csv"});
  Callback* const callbacks[] = {&checkpoint, &early_stopping,
                                 &val_train_ratio, &csv_logger};
  const History history = model.fit(
      train, valid, {.epochs = 100, .callbacks = callbacks});
  model = load_model("my_keras_model.h5");  // back to the best
  CHECK(model.evaluate(valid).at("loss") ==
        Approx(early_stopping.best()));
  std::size_t lines = 0;
  for (const char c : out.str()) lines += c == '\n';
  CHECK(lines == history.epochs.size());
  CHECK(out.str().starts_with("Epoch=0, val/train="));
  CHECK(std::filesystem::exists("history.csv"));
}

TEST_CASE("book: a learning rate that grows with each batch") {
  const auto [x_train, y_train, x_valid, y_valid, x_test,
              y_test] = tests::houses();
  const Arrays train(x_train, y_train);
  Model model = book_model();

  ExponentialLearningRate expon_lr(1.005f);
  Callback* const callbacks[] = {&expon_lr};
  model.fit(train, {.epochs = 1, .callbacks = callbacks});
  REQUIRE(expon_lr.rates.size() ==
          3);  // 96 samples in batches of 32
  CHECK(expon_lr.rates[0] == 0.01f);
  CHECK(expon_lr.rates[2] == Approx(0.01 * 1.005 * 1.005));
  // Each loss is that of a batch before its step: another fit
  // meets the same ones.
  Model again = book_model();
  Samples first = train;
  std::vector<std::uint32_t> order(first.rows.begin(),
                                   first.rows.end());
  base::Rng(0)
      .split(base::stream::batches)
      .split(0)
      .shuffle(order);
  first.rows = std::span(order).first(32);
  CHECK(expon_lr.losses[0] ==
        Approx(again.evaluate(first).at("loss")));

  const RateCurve curve = find_learning_rate(
      model, train, {.low = 1e-5, .high = 10, .steps = 500},
      {.batch_size = 32});
  const double rate = curve.suggestion();
  CHECK(rate > 1e-5);
  CHECK(rate < 1);
}

}  // namespace tune::model
