#include "model/workspace.hpp"

#include "model/recording.hpp"

namespace tune::model {

Workspace::Workspace(const Network& network, Weights& weights, Index max_samples,
                     std::vector<bool> frozen)
    : Workspace(network, weights, max_samples, Tape::Use::training, std::move(frozen)) {}

// Without gradients only forward runs, and outside of training it writes no weight.
Workspace::Workspace(const Network& network, const Weights& weights, Index max_samples)
    : Workspace(network, const_cast<Weights&>(weights), max_samples, Tape::Use::inference, {}) {}

Workspace::Workspace(const Network& network, Weights& weights, Index max_samples, Tape::Use use,
                     std::vector<bool> frozen)
    : network_(&network), tape_(network, weights, max_samples, use, std::move(frozen)) {
  if (!network.connected()) {
    recording_ = std::make_unique<Recording>(network, tape_);
    return;
  }
  for (std::size_t i = 0; i < network.nodes().size(); ++i) {
    const Node& node = network.nodes()[i];
    node.layer == nullptr ? tape_.add_input(node.shape) : tape_.add(*node.layer, i, node.inputs);
  }
  tape_.set_outputs(network.outputs());
}

Workspace::~Workspace() = default;

void Workspace::forward(Index samples, bool training, const base::Rng& noise) {
  tape_.begin(samples, training, noise);
  if (recording_ != nullptr) {
    recording_->run(training);
    return;
  }
  for (std::size_t i = 0; i < network_->nodes().size(); ++i) tape_.forward(i);
}

}  // namespace tune::model
