#include "model/io/keras_schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/io/keras_options.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kClasses = {{
    {"exponential", "ExponentialDecay"},
    {"inverse_time", "InverseTimeDecay"},
    {"polynomial", "PolynomialDecay"},
    {"cosine", "CosineDecay"},
    {"cosine_restarts", "CosineDecayRestarts"},
    {"piecewise", "PiecewiseConstantDecay"},
}};

bool is_length(std::string_view key) {
  return key.ends_with("decay_steps");
}

/// "1000, 2000" as numbers.
Json numbers(const std::string& text) {
  Json list = Json::array();
  for (const std::string& item : base::split_list(text)) {
    const base::Value value = base::parse_value(item);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      list.push_back(*integer);
    } else {
      list.push_back(base::to_number(value));
    }
  }
  return list;
}

std::string text_of(const Json& numbers) {
  std::string text;
  for (const Json& item : numbers) {
    if (!item.is_number()) throw InputError("a schedule has a list of what are no numbers");
    text += (text.empty() ? "" : ", ") + item.dump();
  }
  return text;
}

}  // namespace

Json schedule_to_keras(const Schedule& schedule) {
  const auto found = std::ranges::find_if(
      kClasses, [&](const auto& names) { return names.first == schedule.name(); });
  if (found == kClasses.end()) return nullptr;
  const auto& keys = schedules().at(schedule.name()).keys;
  Json config = options_to_keras(schedule.config(), keys);
  for (const base::Key& key : keys) {
    if (is_length(key.name) && !config.at(key.name).is_number()) return nullptr;
    if (key.kind == base::Key::Kind::text) {
      config[key.name] = numbers(config.at(key.name).get<std::string>());
    }
  }
  config["name"] = found->second;
  return {{"module", "keras.optimizers.schedules"},
          {"class_name", found->second},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

SchedulePtr schedule_from_keras(const Json& object) {
  const std::string name = keras_name(object.at("class_name"));
  const auto found =
      std::ranges::find_if(kClasses, [&](const auto& names) { return names.second == name; });
  if (found == kClasses.end()) throw InputError("the schedule '" + name + "' is not supported");
  Json config = object.at("config");
  for (auto& [key, value] : config.items()) {
    if (value.is_array()) value = text_of(value);
    // Keras takes a length as a real number too.
    if (!is_length(key) || !value.is_number_float()) continue;
    const double length = value.get<double>();
    if (length == std::floor(length) && std::abs(length) < 1e15) {
      value = static_cast<std::int64_t>(length);
    }
  }
  const auto& row = schedules().at(found->first);
  const base::Configuration options = options_from_keras(config, row.keys);
  return row.make(base::Reader(options, row.keys));
}

}  // namespace tune::model
