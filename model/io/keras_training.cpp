#include "model/io/keras_training.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/io/keras_metrics.hpp"
#include "model/io/keras_options.hpp"
#include "model/io/keras_schedule.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// Names that Keras reads from a file in their long form alone: 3.15 refuses its own "mse" there.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kLongNames = {{
    {"mse", "mean_squared_error"},
    {"mae", "mean_absolute_error"},
    {"msle", "mean_squared_logarithmic_error"},
}};

/// Where we keep what Keras has no words for.
constexpr const char* kOwn = "tune";

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

/// Keras's optimizers, by their classes' names without underscores.
const Optimizers::Row& optimizer_row(const Json& item) {
  std::string name = name_from_keras(item);
  const std::vector<std::string> names = optimizers().names();
  if (std::ranges::find(names, name) == names.end()) std::erase(name, '_');
  // Given a decay, Keras's Adam is AdamW.
  const Json& config = item.at("config");
  if (name == "adam" && config.value("weight_decay", Json()).is_number()) name = "adamw";
  return optimizers().at(name);
}

/// Sets the optimizer and the schedule, which in Keras is the optimizer's learning rate.
void read_optimizer(const Json& item, Compile& compile) {
  const auto& row = optimizer_row(item);
  Json config = item.at("config");
  const auto rate = config.find("learning_rate");
  if (rate != config.end() && rate->is_object()) {
    compile.schedule = schedule_from_keras(*rate);
    *rate = nullptr;
  }
  const base::Configuration options = options_from_keras(config, row.keys);
  compile.optimizer = row.make(base::Reader(options, row.keys));
}

Json optimizer_to_keras(const Compile& compiled) {
  const Optimizer& optimizer = *compiled.optimizer;
  Json config = options_to_keras(optimizer.config(), optimizers().at(optimizer.name()).keys);
  if (compiled.schedule != nullptr) {
    Json schedule = schedule_to_keras(*compiled.schedule);
    config["learning_rate"] =
        schedule.is_null() ? Json(double{compiled.schedule->rate(0, 1)}) : std::move(schedule);
  }
  // Keras knows them by their small names too.
  return {{"class_name", optimizer.name()}, {"config", std::move(config)}};
}

/// What is said of one output: Keras takes one thing for all, a list with an entry an output, or
/// an object by the outputs' names; null if nothing is.
Json part_of(const Json& given, const Network& network, std::size_t output) {
  if (given.is_object() && !given.contains("class_name")) {
    return given.value(network.output(output).name, Json());
  }
  if (!given.is_array()) return given;
  const std::size_t outputs = network.outputs().size();
  if (outputs == 1 && given.size() == 1) return given[0];
  if (given.size() != outputs) {
    throw InputError("there are " + std::to_string(given.size()) + " entries for " +
                     std::to_string(outputs) + " outputs");
  }
  return given[output];
}

/// Names of metrics, one list an output.
using Names = std::vector<std::vector<std::string>>;

Names read_metrics(const Json& given, const Network& network, const std::vector<LossPtr>& losses) {
  Names names(network.outputs().size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    // Of one output, the list is that of its metrics.
    const bool own =
        names.size() == 1 && given.is_array() && !(given.size() == 1 && given[0].is_array());
    Json items = own ? given : part_of(given, network, i);
    if (items.is_null()) continue;
    if (!items.is_array()) items = Json::array({items});
    const Index units = size_of(network.output(i).shape);
    for (const Json& item : items) {
      names[i].push_back(metric_from_keras(item, *losses[i], units));
    }
  }
  return names;
}

std::vector<float> read_loss_weights(const Json& given, const Network& network) {
  if (given.is_null()) return {};
  std::vector<float> weights;
  for (std::size_t i = 0; i < network.outputs().size(); ++i) {
    const Json weight = part_of(given, network, i);
    weights.push_back(weight.is_null() ? 1.0f : weight.get<float>());
  }
  return weights;
}

/// Takes what Keras has no words for from where we keep it.
void read_own(const Json& own, Compile& compile) {
  if (const auto given = own.find("schedule"); given != own.end()) {
    const auto& row = schedules().at(keras_name(given->at("name")));
    const base::Configuration options = options_from_keras(given->at("config"), row.keys);
    compile.schedule = row.make(base::Reader(options, row.keys));
  }
  if (const auto given = own.find("learning_rate"); given != own.end()) {
    const auto& row = optimizers().at(compile.optimizer->name());
    base::Configuration options = compile.optimizer->config();
    options["learning_rate"] = given->get<double>();
    base::Reader(options, row.keys).check();
    compile.optimizer = row.make(base::Reader(options, row.keys));
  }
}

/// All metrics, by our names.
Names own_metrics(const Json& given, const Compile& compile) {
  Names names;
  for (const Json& list : given) {
    names.emplace_back();
    for (const Json& name : list) {
      const Loss& loss = *compile.losses.at(names.size() - 1);
      names.back().emplace_back(make_metric(keras_name(name), loss)->name());
    }
  }
  if (names.size() == compile.losses.size()) return names;
  throw InputError("the metrics do not fit the outputs");
}

Compile read(const Json& config, const Network& network) {
  Compile compile;
  for (std::size_t i = 0; i < network.outputs().size(); ++i) {
    compile.losses.push_back(loss_from_keras(part_of(config.at("loss"), network, i)));
  }
  compile.loss_weights = read_loss_weights(config.value("loss_weights", Json()), network);
  read_optimizer(config.at("optimizer_config"), compile);
  const Json own = config.value(kOwn, Json::object());
  read_own(own, compile);
  const auto metrics = [&](const char* key, std::vector<std::string>& same, Names& each) {
    Names names = own.contains(key)
                      ? own_metrics(own.at(key), compile)
                      : read_metrics(config.value(key, Json()), network, compile.losses);
    if (std::ranges::all_of(names, [&](const auto& list) { return list == names[0]; })) {
      same = names[0];
    } else {
      each = std::move(names);
    }
  };
  metrics("metrics", compile.metrics, compile.output_metrics);
  metrics("weighted_metrics", compile.weighted_metrics, compile.output_weighted_metrics);
  return compile;
}

/// The metrics of all outputs, which are given by their numbers; null if there are none. If any is
/// none of Keras's, all their names are written to `own`, too.
template <class MetricsOf>
Json metrics_to_keras(const Model& model, const char* key, MetricsOf metrics_of, Json& own) {
  Json lists = Json::array(), names = Json::array();
  bool all = true, any = false;
  for (std::size_t i = 0; i < model.network().outputs().size(); ++i) {
    Json& list = lists.emplace_back(Json::array());
    names.push_back(metrics_of(i));
    for (const std::string& name : metrics_of(i)) {
      Json metric = metric_to_keras(name, size_of(model.network().output(i).shape));
      all = all && !metric.is_null();
      any = any || !metric.is_null();
      if (!metric.is_null()) list.push_back(std::move(metric));
    }
  }
  if (!all) own[key] = std::move(names);
  if (!any) return nullptr;
  return lists.size() == 1 ? lists[0] : lists;
}

}  // namespace

Json training_to_keras(const Model& model) {
  const Compile& compiled = model.compiled();
  Json loss_list = Json::array(), weights = Json::array(), own = Json::object();
  for (const LossPtr& loss : compiled.losses) loss_list.push_back(loss_to_keras(*loss));
  for (const float weight : compiled.loss_weights) weights.push_back(weight);
  Json metrics = metrics_to_keras(
      model, "metrics", [&](std::size_t i) { return compiled.metrics_of(i); }, own);
  Json weighted = metrics_to_keras(
      model, "weighted_metrics", [&](std::size_t i) { return compiled.weighted_metrics_of(i); },
      own);
  if (compiled.schedule != nullptr) {
    const Schedule& schedule = *compiled.schedule;
    own["schedule"] = {
        {"name", schedule.name()},
        {"config", options_to_keras(schedule.config(), schedules().at(schedule.name()).keys)}};
    own["learning_rate"] = compiled.optimizer->rate();
  }
  Json config{{"loss", loss_list.size() == 1 ? loss_list[0] : loss_list},
              {"loss_weights", weights.empty() ? Json(nullptr) : weights},
              {"metrics", std::move(metrics)},
              {"weighted_metrics", std::move(weighted)},
              {"optimizer_config", optimizer_to_keras(compiled)}};
  if (!own.empty()) config[kOwn] = std::move(own);
  return config;
}

std::optional<Compile> training_from_keras(const Json& config, const Network& network) {
  try {
    return read(config, network);
  } catch (const InputError&) {
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace tune::model
