#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

#include "model/network.hpp"

namespace tune::model {

/// What a model's config says of one of its layers.
struct KerasLayer {
  LayerPtr layer;
  bool trainable = true;
  /// Weights that are in the config, not among those of the file: Normalization's mean and variance
  /// where they were given; one flat array a weight. Empty: there are none.
  std::vector<std::vector<float>> weights = {};
};

/// A layer of the catalogue by Keras's object of it ("class_name", "config"), for these inputs.
/// Keras's layers ReLU, LeakyReLU, ELU and Softmax become an Activation where it computes the same.
/// Throws InputError that does not name the layer, and nlohmann::json::exception.
KerasLayer layer_from_keras(const nlohmann::ordered_json& item, std::span<const Shape> inputs);
/// Of a node that has a layer.
nlohmann::ordered_json layer_to_keras(const Node& node, bool trainable);

/// Throws InputError if a config is that of numbers other than float32.
void check_dtype(const nlohmann::ordered_json& config);

}  // namespace tune::model
