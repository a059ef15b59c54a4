#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tune::model {

// Keras's objects that are options of a layer, as the texts of our options: "l1_l2(0.01, 0.1)".
// Given is an object with a class name and a config, or a name that stands for its defaults. They
// throw InputError where it is not ours, and nlohmann::json::exception where it has another form.

/// keras.initializers; a seed is dropped, since our weights are drawn by Model::initialize's.
std::string initializer_from_keras(const nlohmann::ordered_json& object);
nlohmann::ordered_json initializer_to_keras(const std::string& text);

/// keras.regularizers, L1, L2 and L1L2; null for none.
std::string regularizer_from_keras(const nlohmann::ordered_json& object);
nlohmann::ordered_json regularizer_to_keras(const std::string& text);

/// keras.constraints.MaxNorm over axis 0; null for none.
std::string constraint_from_keras(const nlohmann::ordered_json& object);
nlohmann::ordered_json constraint_to_keras(const std::string& text);

}  // namespace tune::model
