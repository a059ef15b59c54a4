#include "model/rate_finder.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Beyond so many times the least smoothed loss a sweep has nothing more to show.
constexpr double kHopeless = 4;

/// Sets the rate before each step, and records it with the loss.
class Sweeper : public Callback {
 public:
  Sweeper(const RateSweep& sweep, RateCurve& curve)
      : sweep_(sweep),
        curve_(curve),
        growth_(std::log(sweep.high / sweep.low) / static_cast<double>(sweep.steps)) {}

  void on_train_batch_begin(Training& training, Index) override {
    rate_ = sweep_.low * std::exp(growth_ * static_cast<double>(curve_.rates.size()));
    training.rate = static_cast<float>(rate_);
  }

  void on_train_batch_end(Training& training, Index, const BatchLogs& logs) override {
    const double loss = logs.batch_loss();
    if (!std::isfinite(loss)) {
      curve_.diverged = true;
      training.stop = true;
      return;
    }
    curve_.rates.push_back(rate_);
    curve_.losses.push_back(loss);
    running_ = curve_.losses.size() == 1 ? loss : kMemory * running_ + (1 - kMemory) * loss;
    best_ = std::min(best_, running_);
    curve_.diverged = running_ > kHopeless * best_ && best_ > 0;
    if (curve_.diverged || std::ssize(curve_.rates) == sweep_.steps) training.stop = true;
  }

 private:
  /// Of the running mean that tells a climb from one hard batch.
  static constexpr double kMemory = 0.9;

  const RateSweep& sweep_;
  RateCurve& curve_;
  double growth_, rate_ = 0, running_ = 0;
  double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

std::vector<double> RateCurve::smoothed() const {
  const auto steps = std::ssize(losses);
  if (steps < 2) return losses;
  const double deviation = std::max(1.0, static_cast<double>(steps) / 30);
  const auto reach = static_cast<std::ptrdiff_t>(3 * deviation);
  std::vector<double> bell;
  for (std::ptrdiff_t i = 0; i <= reach; ++i) {
    const double z = static_cast<double>(i) / deviation;
    bell.push_back(std::exp(-z * z / 2));
  }
  std::vector<double> smooth;
  for (std::ptrdiff_t i = 0; i < steps; ++i) {
    double sum = 0, weights = 0;
    for (std::ptrdiff_t j = std::max<std::ptrdiff_t>(0, i - reach);
         j <= std::min(steps - 1, i + reach); ++j) {
      const double weight = bell[static_cast<std::size_t>(std::abs(i - j))];
      sum += weight * losses[static_cast<std::size_t>(j)];
      weights += weight;
    }
    smooth.push_back(sum / weights);
  }
  return smooth;
}

double RateCurve::turning_point() const {
  if (rates.empty()) return 0;
  const std::vector<double> smooth = smoothed();
  const auto least = std::ranges::min_element(smooth) - smooth.begin();
  return rates[static_cast<std::size_t>(least)];
}

RateCurve find_learning_rate(Model& model, const Samples& samples, const RateSweep& sweep,
                             const Fit& options) {
  if (!(sweep.low > 0) || !(sweep.high > sweep.low) || !std::isfinite(sweep.high)) {
    throw base::InputError("learning rates of a sweep grow from above 0");
  }
  if (sweep.steps < 2) throw base::InputError("a sweep has at least 2 steps");
  RateCurve curve;
  Sweeper sweeper(sweep, curve);
  Callback* const callbacks[] = {&sweeper};
  Compile compiled = model.compiled();
  compiled.schedule = nullptr;
  model.compile(compiled);
  Fit fit = options;
  fit.callbacks = callbacks;
  fit.epochs = static_cast<int>(std::min<Index>(sweep.steps, std::numeric_limits<int>::max()));
  fit.steps_per_epoch = 0;
  fit.state = nullptr;
  model.fit(samples, nullptr, fit);
  return curve;
}

}  // namespace tune::model
