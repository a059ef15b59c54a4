#include "model/io/keras_metrics.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "model/io/keras_options.hpp"
#include "model/metrics/metric.hpp"
#include "model/term.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

struct Row {
  std::string name, class_name;
  bool one_unit = false;         ///< of several units Keras makes another figure
  Json config = Json::object();  ///< what it must be told for ours
};

/// The area under the curve is exact in our case; Keras looks at 200 thresholds.
std::span<const Row> all() {
  static const Row kAll[] = {
      {"mse", "MeanSquaredError"},
      {"mae", "MeanAbsoluteError"},
      {"rmse", "RootMeanSquaredError"},
      {"msle", "MeanSquaredLogarithmicError"},
      {"r2", "R2Score", false, {{"class_aggregation", "uniform_average"}}},
      {"log_cosh", "LogCoshError"},
      {"poisson", "Poisson"},
      {"hinge", "Hinge"},
      {"binary_crossentropy", "BinaryCrossentropy"},
      {"categorical_crossentropy", "CategoricalCrossentropy"},
      {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"},
      {"cosine_similarity", "CosineSimilarity"},
      {"binary_accuracy", "BinaryAccuracy", false, {{"threshold", 0.5}}},
      {"categorical_accuracy", "CategoricalAccuracy"},
      {"sparse_categorical_accuracy", "SparseCategoricalAccuracy"},
      {"top_k_categorical_accuracy", "TopKCategoricalAccuracy", false, {{"k", 5}}},
      {"sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy", false, {{"k", 5}}},
      {"precision", "Precision", true},
      {"recall", "Recall", true},
      {"f1", "F1Score", true, {{"average", "macro"}, {"threshold", 0.5}}},
      {"roc_auc",
       "AUC",
       true,
       {{"curve", "ROC"}, {"summation_method", "interpolation"}, {"num_thresholds", 200}}},
  };
  return kAll;
}

/// The object's setting, which may be left out; it must be what ours does.
void check_setting(const Row& row, const std::string& key, const Json& expected, Json& config) {
  const auto found = config.find(key);
  if (found == config.end() || (row.name == "roc_auc" && key == "num_thresholds")) return;
  if (*found != expected) {
    throw InputError("the metric " + row.class_name + " is not supported with this " + key);
  }
}

std::string from_object(const Row& row, const Json& object) {
  Json config = object.value("config", Json::object());
  std::string name = row.name;
  for (const auto& [key, expected] : row.config.items()) {
    if (key == "k") {
      const Json k = config.value("k", expected);
      if (k != expected) name += "(" + std::to_string(k.get<std::int64_t>()) + ")";
    } else {
      check_setting(row, key, expected, config);
    }
    config.erase(key);
  }
  options_from_keras(config, {});
  return name;
}

}  // namespace

Json metric_to_keras(const std::string& name, Index units) {
  if (name == "accuracy") return name;
  const Term term = parse_term(name);
  const auto row = std::ranges::find(all(), term.name, &Row::name);
  if (row == all().end() || (row->one_unit && units > 1)) return nullptr;
  Json config{{"name", name}};
  config.update(row->config);
  if (!term.numbers.empty()) config["k"] = static_cast<std::int64_t>(term.numbers[0]);
  return {{"class_name", row->class_name}, {"config", std::move(config)}};
}

std::string metric_from_keras(const Json& item, const Loss& loss, Index units) {
  std::string name;
  if (item.is_object()) {
    const std::string class_name = keras_name(item.at("class_name"));
    const auto found = std::ranges::find(all(), class_name, &Row::class_name);
    if (found == all().end()) throw InputError("the metric '" + class_name + "' is not supported");
    name = from_object(*found, item);
  } else {
    name = snake_case(keras_name(item));
    if (name == "acc") name = "accuracy";
    const auto found = std::ranges::find_if(
        all(), [&](const Row& known) { return name == snake_case(known.class_name); });
    if (found != all().end()) name = found->name;
  }
  name = make_metric(name, loss)->name();
  const auto known = std::ranges::find(all(), name, &Row::name);
  if (known != all().end() && known->one_unit && units > 1) {
    throw InputError("the metric '" + name + "' of several units is another one in Keras");
  }
  return name;
}

}  // namespace tune::model
