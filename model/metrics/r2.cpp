#include "model/metrics/makers.hpp"

namespace tune::model {
namespace {

/// The coefficient of determination, 1 - residual / total sum of squares, averaged over the
/// outputs. The total is summed up around the first target seen, which keeps its digits.
class R2 : public Metric {
 public:
  std::string_view name() const override { return "r2"; }
  bool maximize() const override { return true; }
  std::size_t slots(Index rows) const override { return 1 + 4 * static_cast<std::size_t>(rows); }

  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    const auto rows = static_cast<std::size_t>(prediction.rows);
    double* origin = sums.data() + 1;
    double *first = origin + rows, *second = first + rows, *residual = second + rows;
    for (Index s = 0; s < samples; ++s) {
      const double weight = weights == nullptr ? 1 : weights[s];
      for (std::size_t i = 0; i < rows; ++i) {
        const double t = target.sample(s)[i], error = t - prediction.sample(s)[i];
        if (sums[0] == 0) origin[i] = t;
        first[i] += weight * (t - origin[i]);
        second[i] += weight * (t - origin[i]) * (t - origin[i]);
        residual[i] += weight * error * error;
      }
      sums[0] += weight;
    }
  }

  double result(std::span<const double> sums) const override {
    const std::size_t rows = (sums.size() - 1) / 4;
    const double *first = sums.data() + 1 + rows, *second = first + rows, *residual = second + rows;
    double sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double total = second[i] - first[i] * first[i] / sums[0];
      // scikit-learn's r2_score: a constant target is 1 if it is met, else 0.
      sum += total > 0 ? 1 - residual[i] / total : residual[i] == 0 ? 1 : 0;
    }
    return sum / static_cast<double>(rows);
  }
};

}  // namespace

MetricPtr r2_metric() {
  return std::make_shared<R2>();
}

}  // namespace tune::model
