#include "model/io/keras_objects.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "model/initializer.hpp"
#include "model/io/keras_options.hpp"
#include "model/regularizer.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

struct Object {
  std::string name;  ///< of its class, in Keras's other spelling
  Json config = Json::object();

  explicit Object(const Json& item) {
    if (!item.is_object()) {
      name = snake_case(keras_name(item));
      return;
    }
    name = snake_case(keras_name(item.at("class_name")));
    if (const auto given = item.find("config"); given != item.end()) config = *given;
    if (!config.is_object()) throw InputError("the config of '" + name + "' is not an object");
  }

  /// Takes a number out of the config.
  double take(const std::string& key, double fallback) {
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) return fallback;
    if (!found->is_number()) throw InputError("'" + name + "': its " + key + " is not a number");
    const double value = found->get<double>();
    config.erase(key);
    return value;
  }

  /// Throws if something is left that has an effect.
  void finish() const { options_from_keras(config, {}); }
};

Json object_to_keras(const char* module, const std::string& class_name, Json config) {
  return {{"module", module},
          {"class_name", class_name},
          {"config", std::move(config)},
          {"registered_name", nullptr}};
}

/// keras.initializers.VarianceScaling where it is one of its children.
std::string scaled_name(Object& object) {
  struct Child {
    double scale;
    std::string_view mode, distribution, name;
  };
  constexpr std::array<Child, 6> kChildren = {{
      {1, "fan_avg", "uniform", "glorot_uniform"},
      {1, "fan_avg", "truncated_normal", "glorot_normal"},
      {2, "fan_in", "uniform", "he_uniform"},
      {2, "fan_in", "truncated_normal", "he_normal"},
      {1, "fan_in", "uniform", "lecun_uniform"},
      {1, "fan_in", "truncated_normal", "lecun_normal"},
  }};
  const double scale = object.take("scale", 1);
  const std::string mode = keras_name(object.config.value("mode", Json("fan_in")));
  const std::string distribution =
      keras_name(object.config.value("distribution", Json("truncated_normal")));
  object.config.erase("mode");
  object.config.erase("distribution");
  for (const Child& child : kChildren) {
    if (scale == child.scale && mode == child.mode && distribution == child.distribution) {
      return std::string(child.name);
    }
  }
  throw InputError("the initializer VarianceScaling with the mode '" + mode +
                   "' and the distribution '" + distribution + "' is supported as Glorot's, He's " +
                   "and LeCun's alone");
}

}  // namespace

std::string initializer_from_keras(const Json& item) {
  Object object(item);
  if (object.name == "variance_scaling") object.name = scaled_name(object);
  const Initializer defaults = initializer(object.name);
  std::vector<double> values;
  for (const Setting& setting : defaults.settings()) {
    values.push_back(object.take(setting.name, setting.fallback));
  }
  object.finish();
  return term_text(object.name, values, defaults.settings());
}

Json initializer_to_keras(const std::string& text) {
  const Initializer given = initializer(text);
  Json config = Json::object();
  for (std::size_t i = 0; i < given.values().size(); ++i) {
    config[given.settings()[i].name] = given.values()[i];
  }
  return object_to_keras("keras.initializers", class_case(given.name()), std::move(config));
}

std::string regularizer_from_keras(const Json& item) {
  Object object(item);
  // "L1L2" has no underscore to be found between its capitals.
  const bool both = object.name == "l1l2" || object.name == "l1_l2";
  const bool l1 = both || object.name == "l1", l2 = both || object.name == "l2";
  if (!l1 && !l2) {
    throw InputError("the regularizer '" + object.name + "' is not supported; L1, L2 and L1L2 are");
  }
  // Alone, a factor is 0.01 unless given; L1L2's are 0.
  const Regularizer regularizer{.l1 = l1 ? object.take("l1", both ? 0 : 0.01) : 0,
                                .l2 = l2 ? object.take("l2", both ? 0 : 0.01) : 0};
  object.finish();
  return to_text(regularizer);
}

Json regularizer_to_keras(const std::string& text) {
  const auto [l1, l2] = regularizer(text);
  if (l1 == 0 && l2 == 0) return nullptr;
  if (l2 == 0) return object_to_keras("keras.regularizers", "L1", {{"l1", l1}});
  if (l1 == 0) return object_to_keras("keras.regularizers", "L2", {{"l2", l2}});
  return object_to_keras("keras.regularizers", "L1L2", {{"l1", l1}, {"l2", l2}});
}

std::string constraint_from_keras(const Json& item) {
  Object object(item);
  if (object.name != "max_norm") {
    throw InputError("the constraint '" + object.name + "' is not supported; MaxNorm is");
  }
  const double limit = object.take("max_value", 2);
  if (limit == 0) throw InputError("MaxNorm with a limit of 0 is not supported");
  if (object.take("axis", 0) != 0) throw InputError("MaxNorm is supported over axis 0 alone");
  object.finish();
  return max_norm_text(limit);
}

Json constraint_to_keras(const std::string& text) {
  const double limit = max_norm(text);
  if (limit == 0) return nullptr;
  return object_to_keras("keras.constraints", "MaxNorm", {{"max_value", limit}, {"axis", 0}});
}

}  // namespace tune::model
