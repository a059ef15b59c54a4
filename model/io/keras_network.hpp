#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/network.hpp"

namespace tune::model {

/// Keras's model_config of a network: a Sequential model where it is a chain, else a Functional
/// one. Throws InputError for names that Keras does not take, and layers not in the catalogue.
nlohmann::ordered_json network_to_keras(const Network& network);

/// The network of such a model_config as Keras 3 writes it. Layers are those of the catalogue; a
/// layer that is used twice, or frozen, is refused. Throws InputError before weights are counted
/// that are more than `most_weights`, and nlohmann::json::exception where the config has another
/// shape than Keras's.
NetworkPtr network_from_keras(const nlohmann::ordered_json& config, std::int64_t most_weights);

}  // namespace tune::model
