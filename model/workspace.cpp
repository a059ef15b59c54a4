#include "model/workspace.hpp"

#include <algorithm>

namespace tune::model {
namespace {

Index aligned(Index floats) {
  return (floats + 15) / 16 * 16;
}

Slice slice(float* base, const WeightPlace& place) {
  return {base + place.offset, place.rows, place.cols, place.stride};
}

}  // namespace

Workspace::Workspace(const Network& network, Weights& weights, Index max_samples,
                     std::vector<bool> frozen)
    : Workspace(network, weights, max_samples, Use::training, std::move(frozen)) {}

// Without gradients only forward runs, and outside of training it writes no weight.
Workspace::Workspace(const Network& network, const Weights& weights, Index max_samples)
    : Workspace(network, const_cast<Weights&>(weights), max_samples, Use::inference, {}) {}

Workspace::Workspace(const Network& network, Weights& weights, Index max_samples, Use use,
                     std::vector<bool> frozen)
    : network_(&network),
      max_samples_(max_samples),
      frozen_(std::move(frozen)),
      steps_(network.nodes().size()) {
  frozen_.resize(steps_.size());
  find_learners();
  if (use == Use::training) {
    parameter_gradients_.resize(static_cast<std::size_t>(network.parameter_floats()));
  }
  place_blocks(use);
  for (std::size_t i = 0; i < steps_.size(); ++i) plan_weights(i, weights, use);
  if (use == Use::training) plan_gradients();
  scratch_.resize(static_cast<std::size_t>(plan_scratch()));
}

void Workspace::find_learners() {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Node& node = network_->nodes()[i];
    const bool itself = !frozen_[i] && std::ranges::any_of(node.weights, [](const auto& place) {
      return place.spec.trainable;
    });
    learns_.push_back(itself || std::ranges::any_of(node.inputs, [&](std::size_t input) {
                        return learns_[input];
                      }));
  }
}

/// Gives every node its blocks. A layer that only reshapes has its input's.
void Workspace::place_blocks(Use use) {
  const auto nodes = network_->nodes();
  Index floats = 0;
  std::vector<Index> offsets(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool own = nodes[i].layer == nullptr || !nodes[i].layer->reshapes();
    const Index rows = size_of(nodes[i].shape);
    roots_.push_back(own ? i : roots_[nodes[i].inputs[0]]);
    outputs_.push_back({nullptr, rows, column_stride(rows)});
    offsets[i] = own ? floats : offsets[roots_[i]];
    if (own) floats += aligned(outputs_[i].stride * max_samples_);
  }
  activations_.resize(static_cast<std::size_t>(floats));
  if (use == Use::training) activation_gradients_.resize(static_cast<std::size_t>(floats));
  gradients_ = outputs_;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    outputs_[i].data = activations_.data() + offsets[i];
    // Losses set the gradients of the outputs; others only serve the nodes that learn.
    const bool output = std::ranges::find(network_->outputs(), i) != network_->outputs().end();
    const bool wanted = use == Use::training && (output || learns_[i]);
    gradients_[i].data = wanted ? activation_gradients_.data() + offsets[i] : nullptr;
  }
}

void Workspace::plan_weights(std::size_t i, Weights& weights, Use use) {
  const Node& node = network_->nodes()[i];
  Step& step = steps_[i];
  for (const std::size_t input : node.inputs) step.inputs.push_back(outputs_[input]);
  for (const WeightPlace& place : node.weights) {
    Floats& values = place.spec.trainable ? weights.parameters : weights.state;
    step.weights.push_back(slice(values.data(), place));
    if (use == Use::training && place.spec.trainable) {
      step.gradients.push_back(frozen_[i] ? Slice{} : slice(parameter_gradients_.data(), place));
    }
  }
}

void Workspace::plan_gradients() {
  const auto nodes = network_->nodes();
  std::vector<bool> written(nodes.size());
  for (const std::size_t output : network_->outputs()) written[roots_[output]] = true;
  struct Addition {
    std::size_t node, input;
    Index offset;
  };
  std::vector<Addition> additions;
  Index floats = 0;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (nodes[i].layer == nullptr || nodes[i].layer->reshapes() || !learns_[i]) continue;
    for (std::size_t k = 0; k < nodes[i].inputs.size(); ++k) {
      const std::size_t input = nodes[i].inputs[k];
      const Block& gradient = gradients_[input];
      steps_[i].input_gradients.push_back(learns_[input] ? gradient : Block{});
      if (!learns_[input]) continue;
      if (written[roots_[input]]) {
        additions.push_back({i, k, floats});
        floats += aligned(gradient.stride * max_samples_);
      }
      written[roots_[input]] = true;
    }
  }
  added_gradients_.resize(static_cast<std::size_t>(floats));
  for (const auto& [node, input, offset] : additions) {
    Block& gradient = steps_[node].input_gradients[input];
    Block to = gradient;
    gradient.data = added_gradients_.data() + offset;
    steps_[node].add.emplace_back(gradient, to);
  }
}

/// Hands out working memory to the layers and returns how much there must be.
Index Workspace::plan_scratch() {
  Index floats = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Node& node = network_->nodes()[i];
    if (node.layer == nullptr) continue;
    std::vector<Shape> shapes;
    for (const std::size_t input : node.inputs) shapes.push_back(network_->nodes()[input].shape);
    steps_[i].scratch = floats;
    floats += aligned(node.layer->scratch(shapes, max_samples_));
  }
  return floats;
}

const Block& Workspace::output_input(std::size_t i) const {
  return steps_[network_->outputs()[i]].inputs[0];
}

void Workspace::forward(Index samples, bool training, const base::Rng& noise) {
  training_ = training;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Layer* layer = network_->nodes()[i].layer.get();
    if (layer == nullptr || layer->reshapes()) continue;
    const Step& step = steps_[i];
    layer->forward({step.inputs, outputs_[i], step.weights, scratch_.data() + step.scratch, samples,
                    training, frozen_[i], noise, i});
  }
}

void Workspace::backward(Index samples, const std::vector<bool>& before_activation, float rate) {
  const auto outputs = network_->outputs();
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const Layer* layer = network_->nodes()[i].layer.get();
    if (layer == nullptr || layer->reshapes() || !learns_[i]) continue;
    const Step& step = steps_[i];
    const auto output = std::ranges::find(outputs, i);
    const bool before = output != outputs.end() &&
                        before_activation[static_cast<std::size_t>(output - outputs.begin())];
    layer->backward({step.inputs, outputs_[i], step.weights, scratch_.data() + step.scratch,
                     samples, training_, frozen_[i], gradients_[i], before, step.input_gradients,
                     step.gradients, layer->steps_itself() ? rate : 0.0f});
    for (const auto& [from, to] : step.add) {
      for (Index k = 0; k < from.stride * samples; ++k) to.data[k] += from.data[k];
    }
  }
}

}  // namespace tune::model
