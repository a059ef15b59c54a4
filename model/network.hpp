#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/layers/layers.hpp"

namespace tune::model {

class Subclassed;

/// The flat arrays of a model's weights.
struct Weights {
  Floats parameters;  ///< trainable
  Floats state;       ///< the rest
};

/// Where one weight of a node lies in the flat arrays.
struct WeightPlace {
  WeightSpec spec;
  Index rows = 0, cols = 0, stride = 0;
  Index offset = 0;  ///< in the parameters if spec.trainable, else in the state
};

Slice slice_of(Floats& array, const WeightPlace& place);

/// A layer in its place in a network. Inputs of the network are nodes without a layer.
struct Node {
  std::string name;
  LayerPtr layer;                   ///< null: an input of the network
  std::vector<std::size_t> inputs;  ///< numbers of nodes, all smaller than this one's
  Shape shape;                      ///< of its output, one sample
  std::vector<WeightPlace> weights;
};

/// The shape of what a node makes of such inputs. Throws InputError that names the node if its
/// layer cannot take them, or would need other weights than it has.
Shape output_shape(const Node& node, std::span<const Shape> inputs);

/// Layers in topological order and where their weights lie in flat arrays. Immutable; models share
/// it. Made by Graph.
class Network {
 public:
  std::span<const Node> nodes() const { return nodes_; }
  std::span<const std::size_t> inputs() const { return inputs_; }
  /// Numbers of nodes; of a subclassed model, numbers behind those.
  std::span<const std::size_t> outputs() const { return outputs_; }
  const Node& output(std::size_t i) const { return connected() ? nodes_[outputs_[i]] : made_[i]; }

  /// Is it known what goes from layer to layer? Of a subclassed model it is not: its nodes are the
  /// inputs and then its layers in their order, without inputs of their own. A shape is then that
  /// of a layer's first output (none where it has made none), and an output has the name of its
  /// place, and the layer that made it, when the model was built.
  bool connected() const { return program_ == nullptr; }
  /// What connects the layers of a subclassed model; of another one null.
  const Subclassed* program() const { return program_.get(); }

  /// Is it an input and layers that follow one another, Keras's Sequential?
  bool is_chain() const;
  /// Keras's get_layer: the number of the node of that name. Throws InputError with the nearest.
  std::size_t find(std::string_view name) const;

  /// Lengths of the flat arrays, with padding.
  Index parameter_floats() const { return parameter_floats_; }
  Index state_floats() const { return state_floats_; }
  /// Weights as Keras counts them, without padding.
  std::int64_t count_params() const;

 private:
  friend class Graph;
  std::vector<Node> nodes_;
  std::vector<std::size_t> inputs_, outputs_;
  std::shared_ptr<const Subclassed> program_;
  std::vector<Node> made_;  ///< outputs of a subclassed model
  Index parameter_floats_ = 0, state_floats_ = 0;
};

using NetworkPtr = std::shared_ptr<const Network>;

/// Builds a network, layer by layer; shapes are checked as they are added, with messages that name
/// the layer. Layers are named as in Keras: dense, dense_1, ...
class Graph {
 public:
  /// A node of this graph.
  struct Handle {
    std::size_t node;
  };

  Handle input(Shape shape, std::string name = {});
  Handle add(LayerPtr layer, std::span<const Handle> inputs, std::string name = {});
  Handle add(LayerPtr layer, Handle input, std::string name = {}) {
    return add(std::move(layer), std::span(&input, 1), std::move(name));
  }
  Handle add(LayerPtr layer, std::initializer_list<Handle> inputs, std::string name = {}) {
    return add(std::move(layer), std::span(inputs.begin(), inputs.size()), std::move(name));
  }
  /// The finished network. Nodes that no output needs, outputs given twice and inputs as outputs
  /// are errors.
  NetworkPtr build(std::span<const Handle> outputs) &&;
  NetworkPtr build(std::initializer_list<Handle> outputs) && {
    return std::move(*this).build(std::span(outputs.begin(), outputs.size()));
  }

  /// For subclassed models: a layer that is connected as the model runs, and the weights that it
  /// needs for such inputs.
  Handle declare(LayerPtr layer, std::string name = {});
  void settle(Handle layer, std::span<const Shape> inputs);
  const Node& node(Handle handle) const { return network_.nodes_.at(handle.node); }
  NetworkPtr build(std::shared_ptr<const Subclassed> program, std::vector<Node> outputs) &&;

 private:
  NetworkPtr finish();
  Node named(LayerPtr layer, std::string name) const;
  bool taken(std::string_view name) const;
  void check_new(std::string_view name) const;
  std::string unique_name(std::string_view type) const;

  Network network_;
};

/// Keras's Sequential: an input and a chain of layers.
NetworkPtr sequential(Shape input, const std::vector<LayerPtr>& layers);

}  // namespace tune::model
