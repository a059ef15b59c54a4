#pragma once

#include <string>
#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// Which layers of a trained model another one takes over.
struct Reuse {
  /// Names of layers in the trained model; empty: all that have weights, but for the last one,
  /// which belongs to the task that was learned.
  std::vector<std::string> layers = {};
  /// Stay as they are while the model is trained.
  bool frozen = true;
};

/// Copies the weights of layers of `trained` into those of `model`, and sets whether they are
/// frozen. Layers go together by their order among those that have weights: the second one of
/// `trained` goes to the second one of `model`, whatever their names. Throws InputError, and then
/// changes nothing, where a layer does not exist (with the nearest name), or layers differ in type
/// or in a weight's shape.
void reuse_layers(Model& model, const Model& trained, const Reuse& reuse);

}  // namespace tune::model
