#include "model/callbacks/lambda_callback.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// The order of all hooks is in tests/golden/keras_callbacks.cpp.

namespace tune::model {
namespace {

/// Ends an evaluation or a prediction after its second batch.
class Stop : public Callback {
 public:
  void on_test_batch_end(Inference& pass, Index batch, const BatchLogs&) override {
    pass.stop = batch == 1;
  }
  void on_predict_batch_end(Inference& pass, Index batch, std::span<const Block>, Index) override {
    pass.stop = batch == 1;
  }
};

}  // namespace

TEST_CASE("LambdaCallback calls the functions that it is given") {
  std::vector<std::string> calls;
  const auto add = [&](const std::string& call) { calls.push_back(call); };
  LambdaCallback all(
      {.on_train_begin = [&](Training&) { add("begin"); },
       .on_train_end = [&](Training&) { add("end"); },
       .on_epoch_begin = [&](Training&, int epoch) { add("epoch " + std::to_string(epoch)); },
       .on_epoch_end = [&](Training&, int, Logs& logs) { logs["own"] = 7; },
       .on_train_batch_begin = [&](Training&, Index batch) { add(std::to_string(batch)); },
       .on_train_batch_end = [&](Training&, Index, const BatchLogs&) { add("-"); }});
  LambdaCallback none({});
  Callback* const callbacks[] = {&none, &all};
  const tests::Table table = tests::regression(8);
  Model model = tests::regression_model();
  const History history =
      model.fit(table.samples(), nullptr,
                {.epochs = 3, .initial_epoch = 2, .batch_size = 4, .callbacks = callbacks});
  CHECK(calls == std::vector<std::string>{"begin", "epoch 2", "0", "-", "1", "-", "end"});
  CHECK(history.epochs.at(0).at("own") == 7);
}

TEST_CASE("the logs of a batch are the figures of the epoch up to it") {
  const tests::Table table = tests::regression(10);
  std::vector<double> losses;
  std::vector<Logs> logs;
  LambdaCallback watch(
      {.on_train_batch_end = [&](Training& training, Index batch, const BatchLogs& now) {
        CHECK(training.iteration == static_cast<std::int64_t>(logs.size()) + 1);
        CHECK(training.batches == 3);
        CHECK(batch == static_cast<Index>(logs.size()));
        losses.push_back(now.batch_loss());
        logs.push_back(now.all());
      }});
  Callback* const callbacks[] = {&watch};
  Model model = tests::regression_model();
  const History history =
      model.fit(table.samples(), nullptr, {.batch_size = 4, .callbacks = callbacks});
  REQUIRE(logs.size() == 3);
  CHECK(logs[0].at("loss") == Approx(losses[0]));
  CHECK(logs[1].at("loss") == Approx((losses[0] + losses[1]) / 2));
  CHECK(logs[2].at("loss") == Approx((4 * losses[0] + 4 * losses[1] + 2 * losses[2]) / 10));
  CHECK(logs[2] == history.epochs.at(0));
}

TEST_CASE("a hook ends an evaluation and a prediction") {
  const tests::Table table = tests::regression(10);
  tests::Table few = table;
  few.rows.resize(6);
  Stop stop;
  Callback* const callbacks[] = {&stop};
  const Model model = tests::regression_model();
  CHECK(model.evaluate(table.samples(), {.batch_size = 3, .callbacks = callbacks}) ==
        model.evaluate(few.samples(), {.batch_size = 3}));
  CHECK(model.predict(table.samples(), Predict{.batch_size = 3, .callbacks = callbacks}) ==
        model.predict(few.samples()));
}

}  // namespace tune::model
