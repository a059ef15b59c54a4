#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "model/metrics/metric.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

float weight_of(const float* weights, Index sample) {
  return weights == nullptr ? 1.0f : weights[sample];
}

/// The weighted mean over samples of a function of one prediction and its target.
class Mean : public Metric {
 public:
  using Value = double (*)(const float* prediction, const float* target, Index rows,
                           Index target_rows);
  using Finish = double (*)(double);

  Mean(std::string_view name, bool maximize, Value value, Finish finish)
      : name_(name), maximize_(maximize), value_(value), finish_(finish) {}

  std::string_view name() const override { return name_; }
  bool maximize() const override { return maximize_; }
  std::size_t slots(Index) const override { return 2; }

  void update(std::span<double> sums, const Block& prediction, const Block& target,
              const float* weights, Index samples) const override {
    for (Index s = 0; s < samples; ++s) {
      const float weight = weight_of(weights, s);
      sums[0] +=
          weight * value_(prediction.sample(s), target.sample(s), prediction.rows, target.rows);
      sums[1] += weight;
    }
  }

  double result(std::span<const double> sums) const override { return finish_(sums[0] / sums[1]); }

 private:
  std::string_view name_;
  bool maximize_;
  Value value_;
  Finish finish_;
};

double squared_error(const float* p, const float* t, Index rows, Index) {
  double sum = 0;
  for (Index i = 0; i < rows; ++i)
    sum += (static_cast<double>(p[i]) - t[i]) * (static_cast<double>(p[i]) - t[i]);
  return sum / static_cast<double>(rows);
}

double absolute_error(const float* p, const float* t, Index rows, Index) {
  double sum = 0;
  for (Index i = 0; i < rows; ++i) sum += std::abs(static_cast<double>(p[i]) - t[i]);
  return sum / static_cast<double>(rows);
}

double binary_match(const float* p, const float* t, Index rows, Index) {
  double sum = 0;
  for (Index i = 0; i < rows; ++i) sum += (p[i] > 0.5f) == (t[i] > 0.5f);
  return sum / static_cast<double>(rows);
}

/// Of a one-hot target, or of one row with the index of the class.
double class_match(const float* p, const float* t, Index rows, Index target_rows) {
  const auto picked = std::max_element(p, p + rows) - p;
  if (target_rows == 1) return static_cast<float>(picked) == t[0];
  return picked == std::max_element(t, t + rows) - t;
}

double same(double mean) {
  return mean;
}
double root(double mean) {
  return std::sqrt(mean);
}

class ClassAccuracy : public Mean {
 public:
  explicit ClassAccuracy(std::string_view name) : Mean(name, true, class_match, same) {}

  void check(Index prediction_rows, Index target_rows) const override {
    if (target_rows != 1) Mean::check(prediction_rows, target_rows);
  }
};

/// The coefficient of determination, 1 - residual / total sum of squares, averaged over the
/// outputs. The total is summed up around the first target seen, which keeps its digits.
class R2 : public Metric {
 public:
  std::string_view name() const override { return "r2"; }
  bool maximize() const override { return true; }
  std::size_t slots(Index rows) const override { return 1 + 4 * static_cast<std::size_t>(rows); }

  void update(std::span<double> sums, const Block& prediction, const Block& target,
              const float* weights, Index samples) const override {
    const auto rows = static_cast<std::size_t>(prediction.rows);
    double* origin = sums.data() + 1;
    double *first = origin + rows, *second = first + rows, *residual = second + rows;
    for (Index s = 0; s < samples; ++s) {
      const double weight = weight_of(weights, s);
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

struct Row {
  std::string_view name, long_name;
  std::function<MetricPtr()> make;
};

std::span<const Row> all() {
  const auto mean = [](std::string_view name, bool maximize, Mean::Value value,
                       Mean::Finish finish) {
    return [=]() -> MetricPtr { return std::make_shared<Mean>(name, maximize, value, finish); };
  };
  const auto classes = [](std::string_view name) {
    return [=]() -> MetricPtr { return std::make_shared<ClassAccuracy>(name); };
  };
  static const Row kAll[] = {
      {"mse", "mean_squared_error", mean("mse", false, squared_error, same)},
      {"mae", "mean_absolute_error", mean("mae", false, absolute_error, same)},
      {"rmse", "root_mean_squared_error", mean("rmse", false, squared_error, root)},
      {"r2", "r2_score", [] { return std::make_shared<R2>(); }},
      {"binary_accuracy", {}, mean("binary_accuracy", true, binary_match, same)},
      {"categorical_accuracy", {}, classes("categorical_accuracy")},
      {"sparse_categorical_accuracy", {}, classes("sparse_categorical_accuracy")},
  };
  return kAll;
}

/// keras: "accuracy" is the one that goes with the loss and the targets, and keeps its name.
class Accuracy : public Metric {
 public:
  explicit Accuracy(const Loss& loss)
      : of_classes_(loss.name().ends_with("categorical_crossentropy")),
        classes_("accuracy"),
        binary_("accuracy", true, binary_match, same) {}

  std::string_view name() const override { return "accuracy"; }
  bool maximize() const override { return true; }
  void check(Index prediction_rows, Index target_rows) const override {
    which(prediction_rows, target_rows).check(prediction_rows, target_rows);
  }
  std::size_t slots(Index rows) const override { return binary_.slots(rows); }
  void update(std::span<double> sums, const Block& prediction, const Block& target,
              const float* weights, Index samples) const override {
    which(prediction.rows, target.rows).update(sums, prediction, target, weights, samples);
  }
  double result(std::span<const double> sums) const override { return binary_.result(sums); }

 private:
  const Metric& which(Index prediction_rows, Index target_rows) const {
    if (of_classes_ || target_rows < prediction_rows) return classes_;
    return binary_;
  }

  bool of_classes_;
  ClassAccuracy classes_;
  Mean binary_;
};

}  // namespace

void Metric::check(Index prediction_rows, Index target_rows) const {
  if (prediction_rows == target_rows) return;
  throw base::InputError("metric " + std::string(name()) + ": the model has " +
                         std::to_string(prediction_rows) + " outputs, the targets have " +
                         std::to_string(target_rows));
}

MetricPtr make_metric(std::string_view name, const Loss& loss) {
  if (name == "accuracy") return std::make_shared<Accuracy>(loss);
  for (const Row& row : all()) {
    if (name == row.name || (!row.long_name.empty() && name == row.long_name)) return row.make();
  }
  throw base::InputError("unknown metric '" + std::string(name) + "'" +
                         base::suggestion(name, metric_names()));
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names = {"accuracy"};
  for (const Row& row : all()) names.emplace_back(row.name);
  return names;
}

}  // namespace tune::model
