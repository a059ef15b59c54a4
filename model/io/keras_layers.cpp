#include "model/io/keras_layers.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/io/keras_options.hpp"
#include "model/layers/catalogue.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// A layer of Keras that does the same as an Activation, if its options have these values.
struct Alias {
  std::string_view class_name, activation, option;
  double value = 0;
};
constexpr std::array<Alias, 4> kAliases = {{
    {"ReLU", "relu", "negative_slope", 0},
    {"LeakyReLU", "leaky_relu", "negative_slope", 0.2},
    {"ELU", "elu", "alpha", 1},
    {"Softmax", "softmax", {}, 0},
}};

/// Takes an option out of a config; null if it is not there.
Json take(Json& config, const char* name) {
  const auto found = config.find(name);
  return found == config.end() ? Json() : std::exchange(*found, nullptr);
}

/// There is one axis that the layers work on: the last one.
void check_axis(Json& config, const Shape& input) {
  Json axis = take(config, "axis");
  if (axis.is_array() && axis.size() == 1) axis = Json(axis[0]);
  if (axis.is_null() || axis == -1 || axis == input.size()) return;
  throw InputError("its axis is not the last one, which is not supported");
}

/// Numbers in lists within lists, or one for all.
std::vector<float> channel_values(const Json& values, std::int64_t channels) {
  if (values.is_number()) {
    return std::vector<float>(static_cast<std::size_t>(channels), values.get<float>());
  }
  std::vector<float> all;
  for (const Json& item : values.flatten()) all.push_back(item.get<float>());
  if (all.size() == static_cast<std::size_t>(channels)) return all;
  throw InputError("its config has " + std::to_string(all.size()) + " numbers for " +
                   std::to_string(channels) + " positions of the last axis");
}

/// The mean and variance of a Normalization that was given them, and its count; else nothing.
std::vector<std::vector<float>> normalization_weights(Json& config, const Shape& input) {
  const Json mean = take(config, "mean"), variance = take(config, "variance");
  if (mean.is_null() && variance.is_null()) return {};
  const std::int64_t channels = input.empty() ? 1 : input.back();
  return {channel_values(mean, channels), channel_values(variance, channels), {0}};
}

LayerPtr make(std::string_view type, const Json& config) {
  const auto& row = layers().at(type);
  const base::Configuration options = options_from_keras(config, row.keys);
  return row.make(base::Reader(options, row.keys));
}

LayerPtr make_alias(const Alias& alias, Json config) {
  if (!alias.option.empty()) {
    const Json value = take(config, std::string(alias.option).c_str());
    if (value.is_null() || value != alias.value) {
      throw InputError("a " + std::string(alias.class_name) + " is supported with " +
                       std::string(alias.option) + " = " + base::to_text(base::Value(alias.value)) +
                       " alone");
    }
  }
  config["activation"] = alias.activation;
  return make("Activation", config);
}

}  // namespace

void check_dtype(const Json& config) {
  const auto dtype = config.find("dtype");
  if (dtype == config.end() || dtype->is_null() || *dtype == "float32") return;
  if (!dtype->is_object() || dtype->at("config").at("name") != "float32") {
    throw InputError("only the dtype float32 is supported");
  }
}

KerasLayer layer_from_keras(const Json& item, std::span<const Shape> inputs) {
  const std::string type = keras_name(item.at("class_name"));
  Json config = item.at("config");
  check_dtype(config);
  KerasLayer made;
  made.trainable = take(config, "trainable") != false;
  if (inputs.empty()) throw InputError("it has no input");
  check_axis(config, inputs[0]);
  if (type == "Normalization") made.weights = normalization_weights(config, inputs[0]);
  const auto alias = std::ranges::find(kAliases, type, &Alias::class_name);
  made.layer = alias == kAliases.end() ? make(type, config) : make_alias(*alias, config);
  return made;
}

Json layer_to_keras(const Node& node, bool trainable) {
  const auto& row = layers().at(node.layer->type());
  Json config{{"name", node.name}, {"trainable", trainable}, {"dtype", "float32"}};
  config.update(options_to_keras(node.layer->config(), row.keys));
  return {{"class_name", row.name}, {"config", std::move(config)}};
}

}  // namespace tune::model
