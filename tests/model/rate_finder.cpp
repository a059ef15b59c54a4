#include "model/rate_finder.hpp"

#include <cmath>

#include "model/schedules/makers.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

const tests::Table& table() {
  static const tests::Table kTable = tests::regression(160);
  return kTable;
}

RateCurve curve_of(Model model, const RateSweep& sweep) {
  return find_learning_rate(model, table().samples(), sweep,
                            {.batch_size = 16, .rng = base::Rng(7)});
}

}  // namespace

TEST_CASE("a sweep's rate grows as in the book, over as many epochs as it needs") {
  // expon_lr = ExponentialLearningRate(factor=np.exp(np.log(1e6) / 500)) of the book's notebook,
  // which starts at 1e-5; here on 10 batches an epoch.
  const RateCurve curve = curve_of(tests::regression_model(), {.low = 1e-5, .high = 1e-2});
  REQUIRE(curve.rates.size() == 500);
  CHECK_FALSE(curve.diverged);
  CHECK(curve.rates.front() == Approx(1e-5));
  for (std::size_t i = 1; i < curve.rates.size(); ++i) {
    REQUIRE(curve.rates[i] / curve.rates[i - 1] == Approx(std::exp(std::log(1e3) / 500)));
  }
  CHECK(curve.rates.back() * std::exp(std::log(1e3) / 500) == Approx(1e-2));
}

TEST_CASE("the losses of a sweep are those of training with its rates") {
  const RateSweep sweep{.low = 0.01, .high = 0.1, .steps = 10};
  const RateCurve curve = curve_of(tests::regression_model(), sweep);

  Model model = tests::regression_model(
      sgd(), exponential_decay({.initial_learning_rate = 0.01, .decay_rate = 10}));
  std::vector<double> losses;
  class Record : public Callback {
   public:
    explicit Record(std::vector<double>& losses) : losses_(losses) {}
    void on_train_batch_end(Training&, Index, const BatchLogs& logs) override {
      losses_.push_back(logs.batch_loss());
    }

   private:
    std::vector<double>& losses_;
  } record(losses);
  Callback* const callbacks[] = {&record};
  model.fit(table().samples(), nullptr,
            {.epochs = 1, .batch_size = 16, .callbacks = callbacks, .rng = base::Rng(7)});
  REQUIRE(losses.size() == 10);
  REQUIRE(curve.losses.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) CHECK(curve.losses[i] == Approx(losses[i]).epsilon(1e-5));
}

TEST_CASE("a schedule of the model does not count in a sweep") {
  const RateSweep sweep{.steps = 50};
  const RateCurve with = curve_of(tests::regression_model(sgd(), constant_rate(0.5)), sweep);
  CHECK(with.losses == curve_of(tests::regression_model(), sweep).losses);
}

TEST_CASE("a sweep ends where the loss diverges") {
  const RateCurve curve = curve_of(tests::regression_model(), {.low = 1e-3, .high = 1e6});
  CHECK(curve.diverged);
  CHECK(curve.rates.size() < 500);
  for (const double loss : curve.losses) CHECK(std::isfinite(loss));
  CHECK(curve.turning_point() < curve.rates.back());
}

TEST_CASE("smoothing keeps constant and straight parts, and takes noise away") {
  RateCurve curve;
  for (int i = 0; i < 300; ++i) {
    curve.rates.push_back(std::pow(10, -5 + i / 50.0));
    curve.losses.push_back(2 + 0.01 * i + (i % 2 == 0 ? 0.5 : -0.5));
  }
  const std::vector<double> smooth = curve.smoothed();
  REQUIRE(smooth.size() == 300);
  for (std::size_t i = 40; i < 260; ++i) {
    REQUIRE(smooth[i] == Approx(2 + 0.01 * static_cast<double>(i)).margin(0.001));
  }
}

TEST_CASE("the turning point is where the smoothed loss is least; a tenth of it is suggested") {
  RateCurve curve;
  for (int i = 0; i <= 400; ++i) {
    const double decades = -5 + i / 100.0;
    curve.rates.push_back(std::pow(10, decades));
    curve.losses.push_back((decades + 2) * (decades + 2));
  }
  curve.losses[100] = -0.5;  // one easy batch
  CHECK(curve.turning_point() == Approx(0.01));
  CHECK(curve.suggestion() == Approx(0.001));
  CHECK(RateCurve{}.suggestion() == 0);
}

TEST_CASE("sweeps that do not grow are refused") {
  CHECK_THROWS_AS(curve_of(tests::regression_model(), {.low = 0}), base::InputError);
  CHECK_THROWS_AS(curve_of(tests::regression_model(), {.low = 1, .high = 1}), base::InputError);
  CHECK_THROWS_AS(curve_of(tests::regression_model(), {.steps = 1}), base::InputError);
}

}  // namespace tune::model
