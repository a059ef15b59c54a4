#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "model/model.hpp"

namespace tune::model {

/// Keras's training_config of a compiled model. What Keras has no words for stands beside it, under
/// "tune": the schedule and the optimizer's own rate, and the names of all metrics.
nlohmann::ordered_json training_to_keras(const Model& model);

/// What a model of this network was compiled with; none if any part of it (a loss, a metric, an
/// optimizer, a setting of one) is not ours.
std::optional<Compile> training_from_keras(const nlohmann::ordered_json& config,
                                           const Network& network);

}  // namespace tune::model
