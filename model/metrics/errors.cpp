#include <cmath>

#include "model/losses/sums.hpp"
#include "model/metrics/makers.hpp"
#include "model/metrics/mean.hpp"

namespace tune::model {
namespace {

struct SquaredError {
  double operator()(const float* p, const float* t, Index rows, Index) const {
    const auto square = [&](Index i) {
      const double error = static_cast<double>(p[i]) - t[i];
      return error * error;
    };
    return rows == 1 ? square(0) : sum_of(rows, square) / static_cast<double>(rows);
  }
};

struct RootSquaredError : SquaredError {
  static constexpr bool kRoot = true;
};

struct AbsoluteError {
  double operator()(const float* p, const float* t, Index rows, Index) const {
    const auto size = [&](Index i) { return std::abs(static_cast<double>(p[i]) - t[i]); };
    return rows == 1 ? size(0) : sum_of(rows, size) / static_cast<double>(rows);
  }
};

struct Cosine {
  double operator()(const float* p, const float* t, Index rows, Index) const {
    const double product = dot(p, t, rows), lengths = dot(p, p, rows) * dot(t, t, rows);
    return lengths == 0 ? 0 : product / std::sqrt(lengths);
  }
  static double dot(const float* a, const float* b, Index rows) {
    return sum_of(rows, [&](Index i) { return static_cast<double>(a[i]) * b[i]; });
  }
};

/// The mean of a loss over the samples.
class LossMetric : public Metric {
 public:
  explicit LossMetric(LossPtr loss) : loss_(std::move(loss)) {}

  std::string_view name() const override { return loss_->name(); }
  bool maximize() const override { return false; }
  void check(Index prediction_rows, Index target_rows) const override {
    loss_->check(prediction_rows, target_rows);
  }
  std::size_t slots(Index) const override { return 2; }

  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    sums[0] += loss_->compute({.prediction = prediction,
                               .input = {},
                               .target = target,
                               .weights = weights,
                               .samples = samples,
                               .scale = 1,
                               .gradient = {},
                               .before_activation = false});
    sums[1] += sum_of(samples, [&](Index s) { return weights == nullptr ? 1.0f : weights[s]; });
  }

  double result(std::span<const double> sums) const override { return sums[0] / sums[1]; }

 private:
  LossPtr loss_;
};

}  // namespace

MetricPtr mean_squared_error_metric() {
  return std::make_shared<Mean<SquaredError>>("mse", false);
}
MetricPtr mean_absolute_error_metric() {
  return std::make_shared<Mean<AbsoluteError>>("mae", false);
}
MetricPtr root_mean_squared_error_metric() {
  return std::make_shared<Mean<RootSquaredError>>("rmse", false);
}
MetricPtr cosine_similarity_metric() {
  return std::make_shared<Mean<Cosine>>("cosine_similarity", true);
}
MetricPtr loss_metric(const LossPtr& loss) {
  return std::make_shared<LossMetric>(loss);
}

}  // namespace tune::model
