#include "model/reuse.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// A layer with weights: its node, and the number of its first weight among all of the model.
struct Weighted {
  const Node* node;
  std::size_t first;
};

std::vector<Weighted> weighted_layers(const Network& network) {
  std::vector<Weighted> layers;
  std::size_t weights = 0;
  for (const Node& node : network.nodes()) {
    if (!node.weights.empty()) layers.push_back({&node, weights});
    weights += node.weights.size();
  }
  return layers;
}

/// Places of the reused layers among those of the trained model that have weights.
std::vector<std::size_t> chosen(const std::vector<Weighted>& layers, const Reuse& reuse) {
  std::vector<std::size_t> places;
  if (reuse.layers.empty()) {
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) places.push_back(i);
    return places;
  }
  std::vector<std::string> names;
  for (const Weighted& layer : layers) names.push_back(layer.node->name);
  for (const std::string& name : reuse.layers) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      throw base::InputError("the trained model has no layer with weights '" + name + "'" +
                             base::suggestion(name, names));
    }
    places.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return places;
}

void check_alike(const Node& trained, const Node& node) {
  const auto refuse = [&](const std::string& theirs, const std::string& ours) {
    throw base::InputError("layer '" + trained.name + "' of the trained model is " + theirs +
                           ", but '" + node.name + "' in its place is " + ours);
  };
  const std::string type(trained.layer->type()), other(node.layer->type());
  if (type != other) refuse("a " + type, "a " + other);
  if (trained.weights.size() != node.weights.size()) {
    refuse("one of " + std::to_string(trained.weights.size()) + " weights",
           "one of " + std::to_string(node.weights.size()));
  }
  for (std::size_t w = 0; w < node.weights.size(); ++w) {
    const WeightSpec &theirs = trained.weights[w].spec, &ours = node.weights[w].spec;
    if (theirs.shape == ours.shape) continue;
    refuse("one with a " + theirs.name + " of shape " + to_text(theirs.shape),
           "one of " + to_text(ours.shape));
  }
}

}  // namespace

void reuse_layers(Model& model, const Model& trained, const Reuse& reuse) {
  const std::vector<Weighted> from = weighted_layers(trained.network());
  const std::vector<Weighted> to = weighted_layers(model.network());
  const std::vector<std::size_t> places = chosen(from, reuse);
  for (const std::size_t place : places) {
    if (place >= to.size()) {
      throw base::InputError("layer '" + from[place].node->name + "' is number " +
                             std::to_string(place + 1) + " of the trained model, but there are " +
                             std::to_string(to.size()) + " layers with weights to take it");
    }
    check_alike(*from[place].node, *to[place].node);
  }
  const std::vector<std::vector<float>> theirs = trained.get_weights();
  std::vector<std::vector<float>> weights = model.get_weights();
  for (const std::size_t place : places) {
    const std::size_t count = to[place].node->weights.size();
    for (std::size_t w = 0; w < count; ++w) {
      weights[to[place].first + w] = theirs[from[place].first + w];
    }
    model.set_trainable(to[place].node->name, !reuse.frozen);
  }
  model.set_weights(weights);
}

}  // namespace tune::model
