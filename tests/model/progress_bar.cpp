#include "model/callbacks/progress_bar.hpp"

#include <iostream>
#include <sstream>

#include "model/arrays.hpp"
#include "model/callbacks/lambda_callback.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

// The texts are those of keras.utils.Progbar (3.15) with its clock replaced.

namespace tune::model {
namespace {

const std::string kBold = "\x1b[1m", kGreen = "\x1b[32m", kGrey = "\x1b[37m", kPlain = "\x1b[0m";

std::string dashes(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "━";
  return text;
}

/// What is written of a training whose batches take so many seconds each, with a loss of 1.
std::string text_of(Index batches, double step, ProgressBarOptions options, int epochs = 1,
                    bool validate = false) {
  // All weights are zero and stay there.
  Model model(sequential({3}, {dense(1)}));
  model.compile({.optimizer = sgd({.learning_rate = 0}), .losses = {mean_squared_error()}});
  const tests::Table table(Eigen::MatrixXf::Ones(3, 2 * batches),
                           Eigen::MatrixXf::Ones(1, 2 * batches));
  const Samples samples = table.samples();
  double now = 1000;
  options.seconds = [&] { return now; };
  std::ostringstream out;
  ProgressBar bar(out, options);
  LambdaCallback work({.on_train_batch_begin = [&](Training&, Index) { now += step; }});
  Callback* const callbacks[] = {&work, &bar};
  model.fit(samples, validate ? &samples : nullptr,
            {.epochs = epochs, .batch_size = 2, .callbacks = callbacks});
  return out.str();
}

std::string bar_of(const std::string& count, int full, const std::string& time) {
  const std::string green = full > 0 ? kGreen + dashes(full) + kPlain : "";
  return '\r' + kBold + count + kPlain + ' ' + green + kGrey + dashes(20 - full) + kPlain + ' ' +
         kBold + time + kPlain;
}

/// What goes to the standard output meanwhile.
std::string printed(const std::function<void()>& action) {
  std::ostringstream out;
  std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
  action();
  std::cout.rdbuf(before);
  return out.str();
}

}  // namespace

TEST_CASE("into a file goes one line an epoch, with its bar") {
  const std::string line = "3/3 " + dashes(20) + " 3s 1s/step - loss: 1.0000";
  CHECK(text_of(3, 1, {}) == line + '\n');
  CHECK(text_of(3, 1, {}, 2, true) == "Epoch 1/2\n" + line + " - val_loss: 1.0000\n" +
                                          "Epoch 2/2\n" + line + " - val_loss: 1.0000\n");
}

TEST_CASE("verbose 2 is a line an epoch without a bar") {
  CHECK(text_of(3, 1, {.verbose = 2}) == "3/3 - 3s - 1s/step - loss: 1.0000\n");
  CHECK(text_of(2, 0, {.verbose = 2, .terminal = true}) == "2/2 - 0s - 0s/step - loss: 1.0000\n");
  CHECK(text_of(1, 0.00025, {.verbose = 2}) == "1/1 - 0s - 250us/step - loss: 1.0000\n");
}

TEST_CASE("on a terminal the bar grows in place") {
  const std::string rest = " 1s/step - loss: 1.0000";
  CHECK(text_of(3, 1, {.terminal = true}) ==
        bar_of("1/3", 6, "2s") + rest + bar_of("2/3", 13, "1s") + rest + bar_of("3/3", 20, "0s") +
            rest + bar_of("3/3", 20, "3s") + rest + '\n');
}

TEST_CASE("times left are in minutes and hours, and a shorter line covers the longer one") {
  const std::string text = text_of(11, 400, {.terminal = true});
  const std::string rest = " 400s/step - loss: 1.0000";
  CHECK(text.starts_with(bar_of(" 1/11", 1, "1:06:40") + rest + bar_of(" 2/11", 3, "60:00") + rest +
                         "  " + bar_of(" 3/11", 5, "53:20")));
  CHECK(text.find(bar_of("10/11", 18, "6:40") + rest + " \r") != std::string::npos);
  CHECK(text.ends_with(bar_of("11/11", 20, "4400s") + rest + '\n'));
}

TEST_CASE("the bar is not drawn more often than can be seen") {
  const std::string text = text_of(1000, 0.001, {.terminal = true});
  const auto drawn = std::count(text.begin(), text.end(), '\r');
  CHECK(drawn >= 10);
  CHECK(drawn <= 21);
}

TEST_CASE("small and large figures are written as Keras writes them") {
  std::ostringstream out;
  ProgressBar bar(out, {.seconds = [] { return 0.0; }});
  Weights weights;
  Training training{.weights = weights, .rate = 0.1f, .batches = 1};
  bar.on_epoch_begin(training, 0);
  Logs logs = {{"a", 0.0005}, {"b", -12.34567}, {"c", 0}, {"d", 1e6}};
  bar.on_epoch_end(training, 0, logs);
  CHECK(out.str() == "1/1 " + dashes(20) +
                         " 0s 0s/step - a: 5.0000e-04 - b: -12.3457 - c: 0.0000e+00 - "
                         "d: 1000000.0000\n");
}

TEST_CASE("an evaluation and a prediction of their own have a bar, a validation has none") {
  const tests::Table table = tests::regression(6);
  const Model model = tests::regression_model();
  std::ostringstream out;
  ProgressBar bar(out, {.seconds = [] { return 0.0; }});
  Callback* const callbacks[] = {&bar};
  model.predict(table.samples(), Predict{.batch_size = 2, .callbacks = callbacks});
  CHECK(out.str() == "3/3 " + dashes(20) + " 0s 0s/step\n");
  out.str("");
  model.evaluate(table.samples(), {.batch_size = 3, .callbacks = callbacks});
  CHECK(out.str().starts_with("2/2 " + dashes(20) + " 0s 0s/step - loss: "));
}

TEST_CASE("verbose prints what the bar prints") {
  const tests::Table table = tests::regression(20);
  Model model = tests::regression_model();
  const Arrays data(table.x, table.y);
  const std::string none = printed([&] { model.fit(data, {.epochs = 2}); });
  CHECK(none.empty());
  const std::string bars = printed([&] { model.fit(data, data, {.epochs = 2, .verbose = 1}); });
  CHECK(bars.starts_with("Epoch 1/2\n"));
  CHECK(bars.find("━") != std::string::npos);
  CHECK(bars.find(" - val_loss: ") != std::string::npos);
  const std::string lines = printed([&] { model.fit(data, {.epochs = 2, .verbose = 2}); });
  CHECK(lines.starts_with("Epoch 1/2\n1/1 - 0s - "));
  CHECK(std::ranges::count(lines, '\n') == 4);
  CHECK(printed([&] { model.evaluate(data, {.verbose = 2}); }).starts_with("1/1 - 0s - "));
  CHECK(printed([&] { model.predict(data, Predict{.verbose = 2}); }).starts_with("1/1 - 0s - "));
  CHECK(printed([&] { model.predict_all(data); }).empty());
  for (const int wrong : {-1, 3}) {
    CHECK_THROWS_WITH(model.fit(data, {.verbose = wrong}),
                      "verbose is " + std::to_string(wrong) + "; it is 0, 1 or 2");
  }
}

TEST_CASE("a bar that is given takes the place of that of verbose, and a state has none of it") {
  const tests::Table table = tests::regression(20);
  Model model = tests::regression_model();
  std::ostringstream out;
  ProgressBar bar(out);
  Callback* const callbacks[] = {&bar};
  const Samples samples = table.samples();
  CHECK(printed([&] { model.fit(samples, {.callbacks = callbacks, .verbose = 1}); }).empty());
  CHECK(!out.str().empty());
  TrainingState state;
  printed([&] { model.fit(samples, {.epochs = 1, .verbose = 2, .state = &state}); });
  CHECK(state.callbacks.empty());
  CHECK(model.fit(samples, {.epochs = 2, .state = &state}).epochs.size() == 1);
}

}  // namespace tune::model
