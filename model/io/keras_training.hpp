#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "model/model.hpp"

namespace tune::model {

/// Keras's training_config of a compiled model.
nlohmann::ordered_json training_to_keras(const Compile& compiled);

/// What a model of so many outputs was compiled with; none if any part of it (a loss, a metric, an
/// optimizer, a setting of one) is not ours.
std::optional<Compile> training_from_keras(const nlohmann::ordered_json& config,
                                           std::size_t outputs);

}  // namespace tune::model
