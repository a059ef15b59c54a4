#include "model/metrics/classes.hpp"
#include "model/metrics/makers.hpp"

namespace tune::model {
namespace {

/// What was counted of one class, or one output.
struct Counts {
  double hits;       ///< true positives
  double predicted;  ///< as positive
  double positive;
};

double ratio(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

struct Precision {
  static constexpr std::string_view kName = "precision";
  static double of(const Counts& c) { return ratio(c.hits, c.predicted); }
};

struct Recall {
  static constexpr std::string_view kName = "recall";
  static double of(const Counts& c) { return ratio(c.hits, c.positive); }
};

struct F1 {
  static constexpr std::string_view kName = "f1";
  static double of(const Counts& c) { return ratio(2 * c.hits, c.predicted + c.positive); }
};

/// The sums are one number that is not 0 where the outputs are classes, and the counts of each.
template <class Figure>
class OfPositives : public Metric {
 public:
  explicit OfPositives(const Loss& loss)
      : of_classes_(loss.name().ends_with("categorical_crossentropy")) {}

  std::string_view name() const override { return Figure::kName; }
  bool maximize() const override { return true; }
  void check(Index prediction_rows, Index target_rows) const override {
    if (target_rows != 1) Metric::check(prediction_rows, target_rows);
  }
  std::size_t slots(Index rows) const override { return 1 + 3 * static_cast<std::size_t>(rows); }

  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    const Index rows = prediction.rows;
    const bool classes = rows > 1 && (of_classes_ || target.rows == 1);
    sums[0] = classes;
    for (Index s = 0; s < samples; ++s) {
      const float *p = prediction.sample(s), *t = target.sample(s);
      const double weight = weights == nullptr ? 1 : weights[s];
      if (classes) {
        const Index picked = largest(p, rows), actual = true_class(t, target.rows, rows);
        at(sums, picked, 1) += weight;
        at(sums, actual, 2) += weight;
        if (picked == actual) at(sums, actual, 0) += weight;
        continue;
      }
      for (Index i = 0; i < rows; ++i) {
        const bool yes = is_yes(p[i]), positive = is_yes(t[i]);
        if (yes) at(sums, i, 1) += weight;
        if (positive) at(sums, i, 2) += weight;
        if (yes && positive) at(sums, i, 0) += weight;
      }
    }
  }

  double result(std::span<const double> sums) const override {
    double sum = 0, present = 0;
    for (std::size_t k = 1; k + 2 < sums.size(); k += 3) {
      const Counts counts{sums[k], sums[k + 1], sums[k + 2]};
      if (sums[0] != 0 && counts.predicted + counts.positive == 0) continue;
      sum += Figure::of(counts);
      ++present;
    }
    return ratio(sum, present);
  }

 private:
  static double& at(Sums& sums, Index output, std::size_t what) {
    return sums[1 + 3 * static_cast<std::size_t>(output) + what];
  }

  bool of_classes_;
};

}  // namespace

MetricPtr precision_metric(const Loss& loss) {
  return std::make_shared<OfPositives<Precision>>(loss);
}
MetricPtr recall_metric(const Loss& loss) {
  return std::make_shared<OfPositives<Recall>>(loss);
}
MetricPtr f1_metric(const Loss& loss) {
  return std::make_shared<OfPositives<F1>>(loss);
}

}  // namespace tune::model
