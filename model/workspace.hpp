#pragma once

#include <utility>
#include <vector>

#include "model/network.hpp"

namespace tune::model {

/// The flat arrays of a model's weights.
struct Weights {
  Floats parameters;  ///< trainable
  Floats state;       ///< the rest
};

/// The activations of one batch, and with gradients those too: all that running a network needs,
/// allocated once for the largest batch. Used by one thread at a time; the weights and the network
/// must outlive it.
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

  Index max_samples() const { return max_samples_; }
  /// Where the caller puts the batch; column s holds sample s.
  const Block& input(std::size_t i) const { return outputs_[network_->inputs()[i]]; }
  const Block& output(std::size_t i) const { return outputs_[network_->outputs()[i]]; }
  /// What came into the layer that makes output i.
  const Block& output_input(std::size_t i) const;
  /// Where the caller puts the gradient of output i.
  const Block& output_gradient(std::size_t i) const { return gradients_[network_->outputs()[i]]; }
  /// Gradients of the parameters, after backward; regularisers and clipping change them.
  Floats& parameter_gradients() { return parameter_gradients_; }
  const Floats& parameter_gradients() const { return parameter_gradients_; }

  void forward(Index samples, bool training, const base::Rng& noise);
  /// Sets the gradients of all parameters. before_activation[i]: the gradient of output i is that
  /// of its last activation's input. With a rate, layers that can take the step
  /// weight -= rate * gradient themselves do so, and leave their gradients undefined.
  void backward(Index samples, const std::vector<bool>& before_activation, float rate = 0);

 private:
  enum class Use { inference, training };
  Workspace(const Network& network, Weights& weights, Index max_samples, Use use,
            std::vector<bool> frozen);

  /// What does not change from batch to batch about a node's layer.
  struct Step {
    std::vector<Block> inputs, input_gradients;
    std::vector<Slice> weights, gradients;
    /// Where several layers give a node its gradient, the first one sets it and the others' are
    /// added to it: (from, to).
    std::vector<std::pair<Block, Block>> add;
    Index scratch = 0;
  };

  void find_learners();
  void place_blocks(Use use);
  void plan_weights(std::size_t node, Weights& weights, Use use);
  void plan_gradients();
  Index plan_scratch();

  const Network* network_;
  Index max_samples_;
  std::vector<bool> frozen_, learns_;  ///< learns: it or a node before it has a gradient to set
  bool training_ = false;              ///< was the last forward pass?
  std::vector<std::size_t> roots_;     ///< the node whose memory a node uses: its own, mostly
  std::vector<Block> outputs_, gradients_;  ///< one a node
  std::vector<Step> steps_;                 ///< one a node
  Floats activations_, activation_gradients_, added_gradients_, parameter_gradients_, scratch_;
};

}  // namespace tune::model
