#include "model/io/keras_training.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/io/keras_options.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// Names that Keras reads from a file in their long form alone: 3.15 refuses its own "mse" there.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLongNames = {{
    {"mse", "mean_squared_error"},
    {"mae", "mean_absolute_error"},
    {"msle", "mean_squared_logarithmic_error"},
    {"rmse", "root_mean_squared_error"},
    {"r2", "r2_score"},
}};

std::string long_name(std::string_view name) {
  for (const auto& [ours, keras] : kLongNames) {
    if (name == ours) return std::string(keras);
  }
  return std::string(name);
}

/// A name, or an object with a class name; its name in Keras's other spelling.
std::string name_from_keras(const Json& item) {
  return item.is_object() ? snake_case(keras_name(item.at("class_name"))) : keras_name(item);
}

LossPtr loss_from_keras(const Json& item) {
  const LossPtr loss = make_loss(name_from_keras(item));
  if (!item.is_object()) return loss;
  const auto& row = losses().at(loss->name());
  const base::Configuration options = options_from_keras(item.at("config"), row.keys);
  return row.make(base::Reader(options, row.keys));
}

/// A name; an object where there are options.
Json loss_to_keras(const Loss& loss) {
  const auto& keys = losses().at(loss.name()).keys;
  const std::string name = long_name(loss.name());
  if (keys.empty()) return name;
  Json config{{"name", name}};
  config.update(options_to_keras(loss.config(), keys));
  return {{"class_name", class_case(name)}, {"config", std::move(config)}};
}

OptimizerPtr optimizer_from_keras(const Json& item) {
  const auto& row = optimizers().at(name_from_keras(item));
  const base::Configuration options = options_from_keras(item.at("config"), row.keys);
  return row.make(base::Reader(options, row.keys));
}

std::vector<std::string> metrics_from_keras(const Json& config, const Loss& loss) {
  std::vector<std::string> names;
  const auto found = config.find("metrics");
  if (found == config.end() || found->is_null()) return names;
  const Json* items = &*found;
  if (!items->empty() && items->at(0).is_array()) {
    // A list an output; ours are the same for all.
    const Json& first = items->at(0);
    if (std::ranges::any_of(*items, [&](const Json& list) { return list != first; })) {
      throw InputError("the outputs have different metrics");
    }
    items = &first;
  }
  for (const Json& item : *items) {
    names.emplace_back(make_metric(name_from_keras(item), loss)->name());
  }
  return names;
}

std::vector<float> loss_weights_from_keras(const Json& config) {
  const auto found = config.find("loss_weights");
  if (found == config.end() || found->is_null()) return {};
  std::vector<float> weights;
  for (const Json& item : *found) weights.push_back(item.get<float>());
  return weights;
}

Compile read(const Json& config, std::size_t outputs) {
  Compile compile;
  const Json& loss = config.at("loss");
  if (loss.is_array()) {
    for (const Json& item : loss) compile.losses.push_back(loss_from_keras(item));
  } else {
    compile.losses.assign(outputs, loss_from_keras(loss));
  }
  compile.loss_weights = loss_weights_from_keras(config);
  if (compile.losses.size() != outputs ||
      (!compile.loss_weights.empty() && compile.loss_weights.size() != outputs)) {
    throw InputError("the losses do not fit the outputs");
  }
  compile.metrics = metrics_from_keras(config, *compile.losses.at(0));
  compile.optimizer = optimizer_from_keras(config.at("optimizer_config"));
  return compile;
}

}  // namespace

Json training_to_keras(const Compile& compiled) {
  Json loss_list = Json::array(), metrics = Json::array(), weights = Json::array();
  for (const LossPtr& loss : compiled.losses) loss_list.push_back(loss_to_keras(*loss));
  for (const std::string& name : compiled.metrics) metrics.push_back(long_name(name));
  for (const float weight : compiled.loss_weights) weights.push_back(weight);
  const bool one = loss_list.size() == 1;
  const Optimizer& optimizer = *compiled.optimizer;
  return {
      {"loss", one ? loss_list[0] : loss_list},
      {"loss_weights", weights.empty() ? Json(nullptr) : weights},
      {"metrics", one ? metrics : Json(loss_list.size(), metrics)},
      {"weighted_metrics", nullptr},
      {"optimizer_config",
       {{"class_name", optimizer.name()},  // Keras knows them by their small names too
        {"config", options_to_keras(optimizer.config(), optimizers().at(optimizer.name()).keys)}}}};
}

std::optional<Compile> training_from_keras(const Json& config, std::size_t outputs) {
  try {
    return read(config, outputs);
  } catch (const InputError&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace tune::model
