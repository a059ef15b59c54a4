#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// What Keras's model_config says.
struct KerasNetwork {
  NetworkPtr network;
  std::vector<bool> frozen = {};  ///< one flag a node; empty: none is
  /// Weights that are in the config, by the layer's name; one flat array a weight.
  std::map<std::string, std::vector<std::vector<float>>> weights = {};
};

/// Keras's model_config of a model: a Sequential one where it is a chain, else a Functional one.
/// Throws InputError for names that Keras does not take, and layers not in the catalogue.
nlohmann::ordered_json network_to_keras(const Model& model);

/// Reads a model_config as Keras 3 writes it. Layers are those of the catalogue; a layer that is
/// used twice is refused. Throws InputError before weights are counted that are more than
/// `most_weights`, and nlohmann::json::exception where the config has another shape than Keras's.
KerasNetwork network_from_keras(const nlohmann::ordered_json& config, std::int64_t most_weights);

}  // namespace tune::model
