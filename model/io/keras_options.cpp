#include "model/io/keras_options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

constexpr std::size_t kLongestName = 255;
constexpr std::string_view kInitializer = "_initializer";

/// Options that never change what is computed: names, where the first weights come from (they are
/// in the file), and settings of things that are off.
constexpr std::array<std::string_view, 5> kHarmless = {"name", "dtype", "seed", "ema_momentum",
                                                       "ema_overwrite_frequency"};

/// Is it an option that is off, or set to the only thing that there is here?
bool is_off(const std::string& name, const Json& value) {
  if (name == "reduction") return value == "sum_over_batch_size";
  if (name == "axis") return value == -1;
  return value.is_null() || value == false || value == 0;
}

/// An object of Keras as an option's value: a function, or an initialiser without settings.
std::string object_name(const Json& object) {
  const std::string class_name = keras_name(object.at("class_name"));
  const Json& config = object.at("config");
  if (class_name == "function") return keras_name(config);
  options_from_keras(config, {});
  return class_name;
}

base::Value value_from_keras(const base::Key& key, const Json& value) {
  if (value.is_boolean()) return std::string(value.get<bool>() ? "yes" : "no");
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  const std::string name = value.is_object() ? object_name(value) : keras_name(value);
  return key.name.ends_with(kInitializer) ? snake_case(name) : name;
}

Json value_to_keras(const base::Key& key, const base::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  const std::string& text = std::get<std::string>(value);
  if (key.kind == base::Key::Kind::flag) return text == "yes" || text == "true";
  if (text == "none") return nullptr;
  if (!key.name.ends_with(kInitializer)) return text;
  return {{"module", "keras.initializers"},
          {"class_name", class_case(text)},
          {"config", Json::object()},
          {"registered_name", nullptr}};
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
