#include <cmath>

#include "model/metrics/classes.hpp"
#include "model/metrics/makers.hpp"
#include "model/metrics/mean.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

struct BinaryMatch {
  double operator()(const float* p, const float* t, Index rows, Index) const {
    if (rows == 1) return is_yes(*p) == is_yes(*t);
    Index matches = 0;
    for (Index i = 0; i < rows; ++i) matches += is_yes(p[i]) == is_yes(t[i]);
    return static_cast<double>(matches) / static_cast<double>(rows);
  }
};

struct ClassMatch {
  static constexpr bool kTakesClasses = true;
  double operator()(const float* p, const float* t, Index rows, Index target_rows) const {
    const Index picked = largest(p, rows);
    if (target_rows == 1) return static_cast<float>(picked) == t[0];
    return picked == largest(t, rows);
  }
};

struct TopMatch {
  static constexpr bool kTakesClasses = true;
  Index k;

  void check(std::string_view name, Index rows) const {
    if (rows >= k) return;
    throw base::InputError("metric " + std::string(name) + ": the model has only " +
                           std::to_string(rows) + " outputs");
  }
  double operator()(const float* p, const float* t, Index rows, Index target_rows) const {
    const float own = p[true_class(t, target_rows, rows)];
    Index above = 0;
    for (Index i = 0; i < rows; ++i) above += p[i] > own;
    return own == own && above < k;
  }
};

/// keras: "accuracy" is the one that goes with the loss and the targets, and keeps its name.
class Accuracy : public Metric {
 public:
  explicit Accuracy(const Loss& loss)
      : of_classes_(loss.name().ends_with("categorical_crossentropy")),
        classes_("accuracy", true),
        binary_("accuracy", true) {}

  std::string_view name() const override { return "accuracy"; }
  bool maximize() const override { return true; }
  void check(Index prediction_rows, Index target_rows) const override {
    which(prediction_rows, target_rows).check(prediction_rows, target_rows);
  }
  std::size_t slots(Index rows) const override { return binary_.slots(rows); }
  void update(Sums& sums, const Block& prediction, const Block& target, const float* weights,
              Index samples) const override {
    which(prediction.rows, target.rows).update(sums, prediction, target, weights, samples);
  }
  double result(std::span<const double> sums) const override { return binary_.result(sums); }

 private:
  const Metric& which(Index prediction_rows, Index target_rows) const {
    if (of_classes_ || target_rows < prediction_rows) return classes_;
    return binary_;
  }

  bool of_classes_;
  Mean<ClassMatch> classes_;
  Mean<BinaryMatch> binary_;
};

}  // namespace

MetricPtr binary_accuracy_metric() {
  return std::make_shared<Mean<BinaryMatch>>("binary_accuracy", true);
}
MetricPtr class_accuracy_metric(std::string name) {
  return std::make_shared<Mean<ClassMatch>>(std::move(name), true);
}
MetricPtr top_k_accuracy_metric(std::string_view name, double k) {
  if (k != std::floor(k)) {
    throw base::InputError("'" + std::string(name) + "': its k must be a whole number");
  }
  const std::string number = k == kUsualTop ? "" : "(" + std::to_string(std::lround(k)) + ")";
  return std::make_shared<Mean<TopMatch>>(std::string(name) + number, true,
                                          TopMatch{.k = std::lround(k)});
}
MetricPtr accuracy_metric(const Loss& loss) {
  return std::make_shared<Accuracy>(loss);
}

}  // namespace tune::model
