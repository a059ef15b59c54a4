#include <functional>

#include "model/losses/makers.hpp"
#include "model/metrics/makers.hpp"
#include "model/term.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

struct Row {
  std::string_view name, long_name;
  std::function<MetricPtr(const Loss&, std::span<const double>)> make;
  std::vector<Setting> settings = {};
};

/// A row without settings, whose metric does not depend on the loss.
template <class Make>
Row row(std::string_view name, std::string_view long_name, Make make) {
  return {name, long_name, [make](const Loss&, std::span<const double>) { return make(); }};
}

Row of_loss(std::string_view name, std::string_view long_name = {}) {
  return row(name, long_name, [name] { return loss_metric(make_loss(name)); });
}

Row of_classes(std::string_view name) {
  return row(name, {}, [name] { return class_accuracy_metric(std::string(name)); });
}

Row of_top(std::string_view name) {
  return {name,
          {},
          [name](const Loss&, std::span<const double> values) {
            return top_k_accuracy_metric(name, values[0]);
          },
          {{"k", kUsualTop, 1, 1e6}}};
}

Row with_loss(std::string_view name, std::string_view long_name, MetricPtr (*make)(const Loss&)) {
  return {name, long_name,
          [make](const Loss& loss, std::span<const double>) { return make(loss); }};
}

std::span<const Row> all() {
  static const Row kAll[] = {
      with_loss("accuracy", {}, accuracy_metric),
      row("mse", "mean_squared_error", mean_squared_error_metric),
      row("mae", "mean_absolute_error", mean_absolute_error_metric),
      row("rmse", "root_mean_squared_error", root_mean_squared_error_metric),
      of_loss("msle", "mean_squared_logarithmic_error"),
      row("r2", "r2_score", r2_metric),
      of_loss("log_cosh", "logcosh"),
      of_loss("poisson"),
      of_loss("hinge"),
      of_loss("binary_crossentropy"),
      of_loss("categorical_crossentropy"),
      of_loss("sparse_categorical_crossentropy"),
      row("cosine_similarity", {}, cosine_similarity_metric),
      row("binary_accuracy", {}, binary_accuracy_metric),
      of_classes("categorical_accuracy"),
      of_classes("sparse_categorical_accuracy"),
      of_top("top_k_categorical_accuracy"),
      of_top("sparse_top_k_categorical_accuracy"),
      with_loss("precision", {}, precision_metric),
      with_loss("recall", {}, recall_metric),
      with_loss("f1", "f1_score", f1_metric),
      row("roc_auc", "roc_auc_score", roc_auc_metric),
  };
  return kAll;
}

}  // namespace

void Metric::check(Index prediction_rows, Index target_rows) const {
  if (prediction_rows == target_rows) return;
  throw base::InputError("metric " + std::string(name()) + ": the model has " +
                         std::to_string(prediction_rows) + " outputs, the targets have " +
                         std::to_string(target_rows));
}

double value_of(const Metric& metric, const Eigen::MatrixXf& prediction,
                const Eigen::MatrixXf& target, const float* weights) {
  // Metrics only read what a block shows.
  const auto block = [](const Eigen::MatrixXf& matrix) {
    return Block{const_cast<float*>(matrix.data()), matrix.rows(), matrix.rows()};
  };
  Sums sums(metric.slots(prediction.rows()));
  metric.update(sums, block(prediction), block(target), weights, prediction.cols());
  return metric.result(sums);
}

MetricPtr make_metric(std::string_view name, const Loss& loss) {
  const Term term = parse_term(name);
  for (const Row& known : all()) {
    if (term.name != known.name && (known.long_name.empty() || term.name != known.long_name)) {
      continue;
    }
    return known.make(loss, values_of(term, known.settings));
  }
  throw base::InputError("unknown metric '" + term.name + "'" +
                         base::suggestion(term.name, metric_names()));
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Row& known : all()) names.emplace_back(known.name);
  return names;
}

}  // namespace tune::model
