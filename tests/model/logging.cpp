#include "model/callbacks/logging.hpp"

#include <sstream>

#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

namespace tune::model {
namespace {

/// Writes epochs with these figures.
void log(CSVLoggerOptions options, const std::vector<Logs>& epochs) {
  CSVLogger logger(std::move(options));
  Weights weights;
  Training training{.weights = weights, .rate = 0.1f};
  logger.on_train_begin(training);
  for (std::size_t epoch = 0; epoch < epochs.size(); ++epoch) {
    Logs logs = epochs[epoch];
    logger.on_epoch_end(training, static_cast<int>(epoch), logs);
  }
  logger.on_train_end(training);
}

}  // namespace

TEST_CASE("the file of CSVLogger begins anew, or goes on where it ended") {
  const tests::Folder folder;
  const auto file = folder / "log.csv";
  const Logs figures = {{"loss", 0.5}, {"val_loss", 1}};
  log({.filename = file}, {figures});
  CHECK(tests::contents(file) == "epoch,loss,val_loss\n0,0.5,1.0\n");
  log({.filename = file, .append = true}, {figures, figures});
  CHECK(tests::contents(file) == "epoch,loss,val_loss\n0,0.5,1.0\n0,0.5,1.0\n1,0.5,1.0\n");
  log({.filename = file, .separator = ';'}, {figures});
  CHECK(tests::contents(file) == "epoch;loss;val_loss\n0;0.5;1.0\n");
  log({.filename = folder / "new.csv", .append = true}, {figures});
  CHECK(tests::contents(folder / "new.csv") == "epoch,loss,val_loss\n0,0.5,1.0\n");
}

TEST_CASE("a line of CSVLogger is on disk when its epoch ends") {
  const tests::Folder folder;
  CSVLogger logger({.filename = folder / "log.csv"});
  Weights weights;
  Training training{.weights = weights, .rate = 0.1f};
  Logs logs = {{"loss", 0.25}, {"val_loss", 3}};
  logger.on_train_begin(training);
  logger.on_epoch_end(training, 4, logs);
  CHECK(tests::contents(folder / "log.csv") == "epoch,loss,val_loss\n4,0.25,3.0\n");
}

TEST_CASE("the lines of CSVLogger are the history") {
  const tests::Folder folder;
  const tests::Table table = tests::regression(20);
  const Samples samples = table.samples();
  CSVLogger logger({.filename = folder / "log.csv"});
  Callback* const callbacks[] = {&logger};
  Model model = tests::regression_model();
  const History history =
      model.fit(samples, &samples, {.epochs = 4, .initial_epoch = 1, .callbacks = callbacks});
  std::string expected = "epoch";
  for (const auto& [name, value] : history.epochs.at(0)) expected += ',' + name;
  for (std::size_t i = 0; i < history.epochs.size(); ++i) {
    expected += '\n' + std::to_string(i + 1);
    for (const auto& [name, value] : history.epochs[i]) {
      expected += ',' + base::to_text(base::Value(value));
    }
  }
  CHECK(tests::contents(folder / "log.csv") == expected + '\n');
}

TEST_CASE("a file that CSVLogger cannot write is named") {
  const tests::Folder folder;
  const std::string file = (folder / "none/log.csv").string();
  CHECK_THROWS_WITH(log({.filename = file}, {}), file + ": cannot be written");
}

TEST_CASE("TerminateOnNaN tells the batch at which the training ended") {
  tests::Table table = tests::regression(40);
  const tests::Table good = table;
  table.y(0, 17) = NAN;
  std::ostringstream out;
  TerminateOnNaN terminate(&out);
  Callback* const callbacks[] = {&terminate};
  const Fit options{.epochs = 3, .batch_size = 4, .shuffle = false, .callbacks = callbacks};
  Model model = tests::regression_model();
  const History history = model.fit(table.samples(), nullptr, options);
  CHECK(history.diverged);
  CHECK(terminate.batch() == Index{4});  // The fifth has row 17.
  CHECK(out.str() == "Batch 4: Invalid loss, terminating training\n");
  Model fresh = tests::regression_model();
  fresh.fit(good.samples(), nullptr, options);
  CHECK_FALSE(terminate.batch().has_value());
}

TEST_CASE("TerminateOnNaN can throw") {
  tests::Table table = tests::regression(8);
  table.y(0, 2) = INFINITY;
  TerminateOnNaN terminate(nullptr, true);
  Callback* const callbacks[] = {&terminate};
  Model model = tests::regression_model();
  CHECK_THROWS_WITH(model.fit(table.samples(), nullptr,
                              {.batch_size = 2, .shuffle = false, .callbacks = callbacks}),
                    "NaN or Inf loss encountered at batch 1");
}

}  // namespace tune::model
