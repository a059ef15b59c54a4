#include "model/io/keras_options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "model/io/keras_objects.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

constexpr std::size_t kLongestName = 255;
/// Options that never change what is computed: names, where the first weights come from (they are
/// in the file), and settings of things that are off.
constexpr std::array<std::string_view, 6> kHarmless = {
    "name", "dtype", "seed", "ema_momentum", "ema_overwrite_frequency", "renorm_momentum"};

/// Options that are objects, by the end of their names.
struct ObjectOption {
  std::string_view end;
  std::string (*from_keras)(const Json&);
  Json (*to_keras)(const std::string&);
};
constexpr std::array<ObjectOption, 3> kObjects = {{
    {"_initializer", initializer_from_keras, initializer_to_keras},
    {"_regularizer", regularizer_from_keras, regularizer_to_keras},
    {"_constraint", constraint_from_keras, constraint_to_keras},
}};

const ObjectOption* object_option(const base::Key& key) {
  const auto found = std::ranges::find_if(
      kObjects, [&](const ObjectOption& option) { return key.name.ends_with(option.end); });
  return found == kObjects.end() ? nullptr : &*found;
}

/// Is it an option that is off, or set to the only thing that there is here?
bool is_off(const std::string& name, const Json& value) {
  if (name == "reduction") return value == "sum_over_batch_size";
  if (name == "axis") return value == -1;
  return value.is_null() || value == false || value == 0;
}

/// The name of a function: Keras writes an activation as its name, or as an object that has it.
std::string function_name(const Json& value) {
  if (!value.is_object()) return keras_name(value);
  const std::string class_name = keras_name(value.at("class_name"));
  if (class_name != "function") throw InputError("'" + class_name + "' is not supported here");
  return keras_name(value.at("config"));
}

base::Value value_from_keras(const base::Key& key, const Json& value) {
  if (const ObjectOption* object = object_option(key)) return object->from_keras(value);
  if (value.is_boolean()) return std::string(value.get<bool>() ? "yes" : "no");
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  return function_name(value);
}

Json value_to_keras(const base::Key& key, const base::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  const std::string& text = std::get<std::string>(value);
  if (key.kind == base::Key::Kind::flag) return text == "yes" || text == "true";
  if (const ObjectOption* object = object_option(key)) return object->to_keras(text);
  return text == "none" ? Json(nullptr) : Json(text);
}

}  // namespace

std::string snake_case(std::string_view class_name) {
  const auto upper = [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; };
  std::string name;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    if (i > 0 && upper(c) && !upper(class_name[i - 1])) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string class_case(std::string_view name) {
  std::string class_name;
  bool start = true;
  for (const char c : name) {
    if (c != '_') {
      class_name += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    start = c == '_';
  }
  return class_name;
}

std::string keras_name(const Json& name) {
  const auto& text = name.get_ref<const std::string&>();
  if (text.size() > kLongestName) {
    throw InputError("a name has " + std::to_string(text.size()) + " bytes; at most " +
                     std::to_string(kLongestName));
  }
  return text;
}

base::Configuration options_from_keras(const Json& config, std::span<const base::Key> keys) {
  base::Configuration options;
  for (const auto& [name, value] : config.items()) {
    if (value.is_null()) continue;
    if (const base::Key* key = base::find_key(keys, name)) {
      options[name] = value_from_keras(*key, value);
    } else if (!is_off(name, value) && std::ranges::find(kHarmless, name) == kHarmless.end()) {
      throw InputError("the option '" + name.substr(0, kLongestName) + "' is not supported");
    }
  }
  base::Reader(options, keys).check();
  return options;
}

Json options_to_keras(const base::Configuration& given, std::span<const base::Key> keys) {
  Json config = Json::object();
  for (const base::Key& key : keys) {
    const auto found = given.find(key.name);
    config[key.name] = value_to_keras(key, found == given.end() ? *key.fallback : found->second);
  }
  return config;
}

}  // namespace tune::model
