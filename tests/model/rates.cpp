#include "model/callbacks/rates.hpp"

#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

History train(Callback& callback, const OptimizerPtr& optimizer,
              const SchedulePtr& schedule = nullptr, int epochs = 4) {
  const tests::Table table = tests::regression(20);
  const Samples samples = table.samples();
  Callback* const callbacks[] = {&callback};
  Model model = tests::regression_model(optimizer, schedule);
  return model.fit(samples, &samples, {.epochs = epochs, .callbacks = callbacks});
}

std::vector<double> rates(const History& history) {
  std::vector<double> rates;
  for (const Logs& logs : history.epochs) rates.push_back(logs.at("learning_rate"));
  return rates;
}

}  // namespace

TEST_CASE("LearningRateScheduler sets the rate of each epoch and logs it") {
  std::vector<std::pair<int, double>> asked;
  LearningRateScheduler halve([&](int epoch, double rate) {
    asked.emplace_back(epoch, rate);
    return epoch == 0 ? rate : rate / 2;
  });
  CHECK(rates(train(halve, sgd({.learning_rate = 0.5}))) ==
        std::vector<double>{0.5, 0.25, 0.125, 0.0625});
  CHECK(asked == std::vector<std::pair<int, double>>{{0, 0.5}, {1, 0.5}, {2, 0.25}, {3, 0.125}});
}

TEST_CASE("the rate that a callback sets is the one that is trained with") {
  const tests::Table table = tests::regression(20);
  LearningRateScheduler set([](int, double) { return 0.03; });
  Callback* const callbacks[] = {&set};
  Model told = tests::regression_model(adam({.learning_rate = 0.9}));
  Model given = tests::regression_model(adam({.learning_rate = 0.03}));
  told.fit(table.samples(), nullptr, {.epochs = 3, .callbacks = callbacks});
  given.fit(table.samples(), nullptr, {.epochs = 3});
  CHECK(told.get_weights() == given.get_weights());
}

TEST_CASE("ReduceLROnPlateau logs the rate that the epoch was trained with") {
  // Nothing is ever a new best but the first epoch.
  ReduceLROnPlateau plateau({.factor = 0.5, .patience = 1, .min_delta = 1e9});
  CHECK(rates(train(plateau, sgd({.learning_rate = 0.5}))) ==
        std::vector<double>{0.5, 0.5, 0.25, 0.125});
}

TEST_CASE("a figure that is NaN is no improvement for ReduceLROnPlateau") {
  ReduceLROnPlateau plateau({.factor = 0.5, .patience = 1});
  Weights weights;
  Training training{.weights = weights, .rate = 1};
  plateau.on_train_begin(training);
  std::vector<float> after;
  int epoch = 0;
  for (const double figure : {2.0, static_cast<double>(NAN), 1.0}) {
    Logs logs = {{"val_loss", figure}};
    plateau.on_epoch_end(training, epoch++, logs);
    after.push_back(training.rate);
  }
  CHECK(after == std::vector<float>{1, 0.5f, 0.5f});
}

TEST_CASE("callbacks that set the rate are refused beside a schedule") {
  const SchedulePtr schedule = exponential_decay();
  LearningRateScheduler scheduler([](int, double rate) { return rate; });
  CHECK_THROWS_WITH(train(scheduler, sgd(), schedule),
                    "LearningRateScheduler: the model is compiled with a schedule, which sets the "
                    "learning rate");
  ReduceLROnPlateau plateau({.patience = 1, .min_delta = 1e9});
  CHECK_THROWS_WITH(train(plateau, sgd(), schedule),
                    "ReduceLROnPlateau: the model is compiled with a schedule, which sets the "
                    "learning rate");
}

TEST_CASE("a factor that does not reduce the rate is refused") {
  CHECK_THROWS_WITH(ReduceLROnPlateau({.factor = 1}),
                    "ReduceLROnPlateau: the factor must be from 0 to below 1");
}

}  // namespace tune::model
