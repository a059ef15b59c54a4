#pragma once

#include <memory>
#include <vector>

#include "model/tape.hpp"

namespace tune::model {

class Recording;

/// All that running a network on a batch needs, allocated once for the largest batch. Used by one
/// thread at a time; the weights and the network must outlive it.
class Workspace {
 public:
  /// For training: with room for gradients. Layers may change the state. Frozen nodes (one flag a
  /// node; empty: none) are those of Keras's trainable = False: their parameters get no gradient
  /// (it stays zero), they keep their state, and batches do not pass their statistics on; what
  /// lies before the first node that learns is not run backward.
  Workspace(const Network& network, Weights& weights, Index max_samples,
            std::vector<bool> frozen = {});
  /// For inference: the weights are only read, and several threads may share them.
  Workspace(const Network& network, const Weights& weights, Index max_samples);
  ~Workspace();

  Index max_samples() const { return tape_.max_samples(); }
  /// Where the caller puts the batch; column s holds sample s.
  Block input(std::size_t i) const { return tape_.value(network_->inputs()[i]); }
  const Block& output(std::size_t i) const { return tape_.outputs()[i].value; }
  /// What came into the Activation layer that made output i; data is null if another one did.
  const Block& output_input(std::size_t i) const { return tape_.outputs()[i].activation_input; }
  /// Where the caller puts the gradient of output i.
  const Block& output_gradient(std::size_t i) const { return tape_.outputs()[i].gradient; }
  /// The activation that ended the layer which made output i; null if it has none, or if a gradient
  /// from somewhere else comes in behind it.
  const Activation* output_activation(std::size_t i) const { return tape_.outputs()[i].activation; }
  /// Gradients of the parameters, after backward; regularisers and clipping change them.
  Floats& parameter_gradients() { return tape_.parameter_gradients(); }
  const Floats& parameter_gradients() const { return tape_.parameter_gradients(); }

  /// Runs the network, a subclassed model's `call`. What is said of the outputs holds until the
  /// next time.
  void forward(Index samples, bool training, const base::Rng& noise);
  /// Sets the gradients of all parameters. before_activation[i]: the gradient of output i is that
  /// of output_activation(i)'s input. With a rate, layers that can take the step
  /// weight -= rate * gradient themselves do so, and leave their gradients undefined.
  void backward(Index samples, const std::vector<bool>& before_activation, float rate = 0) {
    tape_.backward(samples, before_activation, rate);
  }

 private:
  Workspace(const Network& network, Weights& weights, Index max_samples, Tape::Use use,
            std::vector<bool> frozen);

  const Network* network_;
  Tape tape_;
  std::unique_ptr<Recording> recording_;  ///< of a subclassed model; else null
};

}  // namespace tune::model
