#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "search/base/reader.hpp"

namespace tune::model {

using Json = nlohmann::ordered_json;

// Between the "config" objects of Keras and our configurations. Shapes of the JSON that are not
// Keras's make nlohmann::json::exception or InputError; the caller names the place.

/// Keras's class name in Keras's other spelling: "HeNormal" -> "he_normal", "SGD" -> "sgd".
std::string snake_case(std::string_view class_name);
/// "he_normal" -> "HeNormal".
std::string class_case(std::string_view name);

/// The text of a name in a file, of any source: at most 255 bytes.
std::string keras_name(const Json& name);

/// What a config says about the keys, checked against them. An option that is not among the keys is
/// an InputError, unless it is off (null, false, 0) or never changes what is computed.
base::Configuration options_from_keras(const Json& config, std::span<const base::Key> keys);

/// A config with all keys: those not given have their default.
Json options_to_keras(const base::Configuration& given, std::span<const base::Key> keys);

}  // namespace tune::model
