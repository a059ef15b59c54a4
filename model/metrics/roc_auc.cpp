#include <algorithm>
#include <cmath>
#include <optional>

#include "model/metrics/classes.hpp"
#include "model/metrics/makers.hpp"

namespace tune::model {
namespace {

struct Ranked {
  double prediction, weight;
  bool positive;
};

/// The area under the curve of one output; none if there is no pair to rank. Sorts the samples.
std::optional<double> area(std::vector<Ranked>& samples) {
  std::ranges::sort(samples, {}, &Ranked::prediction);
  double positives = 0, negatives = 0, ordered = 0;
  for (auto first = samples.begin(); first != samples.end();) {
    double tied_positives = 0, tied_negatives = 0;
    auto last = first;
    for (; last != samples.end() && last->prediction == first->prediction; ++last) {
      (last->positive ? tied_positives : tied_negatives) += last->weight;
    }
    ordered += tied_positives * (negatives + 0.5 * tied_negatives);
    positives += tied_positives;
    negatives += tied_negatives;
    first = last;
  }
  if (positives <= 0 || negatives <= 0) return std::nullopt;
  return ordered / (positives * negatives);
}

/// The sums are the rows of the predictions and of the targets, and then the samples: predictions,
/// targets, weight.
class RocAuc : public Metric {
 public:
  std::string_view name() const override { return "roc_auc"; }
  bool maximize() const override { return true; }
  void check(Index prediction_rows, Index target_rows) const override {
    if (target_rows != 1) Metric::check(prediction_rows, target_rows);
  }
  std::size_t slots(Index) const override { return kHeader; }

  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    sums[0] = static_cast<double>(prediction.rows);
    sums[1] = static_cast<double>(target.rows);
    for (Index s = 0; s < samples; ++s) {
      const float *p = prediction.sample(s), *t = target.sample(s);
      if (target.rows < prediction.rows) true_class(t, target.rows, prediction.rows);
      sums.insert(sums.end(), p, p + prediction.rows);
      sums.insert(sums.end(), t, t + target.rows);
      sums.push_back(weights == nullptr ? 1 : weights[s]);
    }
  }

  double result(std::span<const double> sums) const override {
    const auto rows = static_cast<std::size_t>(sums[0]);
    const auto target_rows = static_cast<std::size_t>(sums[1]), width = rows + target_rows + 1;
    std::vector<Ranked> samples((sums.size() - kHeader) / width);
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t s = 0; s < samples.size(); ++s) {
        const auto sample = sums.subspan(kHeader + s * width, width);
        const auto targets = sample.subspan(rows, target_rows);
        const bool positive = target_rows < rows ? static_cast<std::size_t>(targets[0]) == i
                                                 : is_yes(static_cast<float>(targets[i]));
        if (std::isnan(sample[i])) return sample[i];  // sorts nowhere
        samples[s] = {sample[i], sample.back(), positive};
      }
      const std::optional<double> found = area(samples);
      sum += found.value_or(0);
      count += found.has_value();
    }
    return count == 0 ? 0.5 : sum / count;
  }

 private:
  static constexpr std::size_t kHeader = 2;
};

}  // namespace

MetricPtr roc_auc_metric() {
  return std::make_shared<RocAuc>();
}

}  // namespace tune::model
