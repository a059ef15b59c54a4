#include "model/network.hpp"

#include <algorithm>
#include <cctype>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// "BatchNormalization" -> "batch_normalization", as Keras names layers.
std::string snake_case(std::string_view type) {
  std::string name;
  for (const char c : type) {
    if (std::isupper(static_cast<unsigned char>(c)) && !name.empty()) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

[[noreturn]] void fail(const Node& node, const std::string& what) {
  throw base::InputError("layer '" + node.name + "': " + what);
}

/// Gives a node the shape and the weights that its layer has for such inputs.
void settle(Node& node, std::span<const Shape> inputs) try {
  node.shape = node.layer->output_shape(inputs);
  for (WeightSpec& spec : node.layer->weights(inputs)) {
    spec.initializer.check(spec.shape);
    WeightPlace place{.spec = std::move(spec)};
    place.rows = place.spec.shape.empty() ? 1 : place.spec.shape.back();
    place.cols = size_of(place.spec.shape) / place.rows;
    place.stride = column_stride(place.rows);
    node.weights.push_back(std::move(place));
  }
} catch (const base::InputError& error) {
  fail(node, error.what());
}

/// What is wrong with a node's weights for such inputs; empty: nothing.
std::string other_weights(const Node& node, std::span<const Shape> inputs) {
  const std::vector<WeightSpec> needed = node.layer->weights(inputs);
  if (needed.size() != node.weights.size()) {
    return "it has no weights, since call did not apply it when the model was built; give the "
           "shapes of its inputs where it is made";
  }
  for (std::size_t w = 0; w < needed.size(); ++w) {
    const WeightSpec& spec = node.weights[w].spec;
    if (needed[w].shape == spec.shape) continue;
    return "it was built with a " + spec.name + " of the shape " + to_text(spec.shape) +
           ", such inputs need one of " + to_text(needed[w].shape);
  }
  return {};
}

}  // namespace

Slice slice_of(Floats& array, const WeightPlace& place) {
  return {array.data() + place.offset, place.rows, place.cols, place.stride};
}

Shape output_shape(const Node& node, std::span<const Shape> inputs) {
  try {
    Shape shape = node.layer->output_shape(inputs);
    const std::string problem = other_weights(node, inputs);
    if (problem.empty()) return shape;
    throw base::InputError(problem);
  } catch (const base::InputError& error) {
    fail(node, error.what());
  }
}

bool Network::is_chain() const {
  if (outputs_.size() != 1 || outputs_[0] + 1 != nodes_.size()) return false;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const bool next =
        i == 0 ? node.layer == nullptr : node.inputs.size() == 1 && node.inputs[0] == i - 1;
    if (!next) return false;
  }
  return true;
}

std::size_t Network::find(std::string_view name) const {
  const auto found = std::ranges::find(nodes_, name, &Node::name);
  if (found != nodes_.end()) return static_cast<std::size_t>(found - nodes_.begin());
  std::vector<std::string> names;
  for (const Node& node : nodes_) names.push_back(node.name);
  throw base::InputError("there is no layer '" + std::string(name) + "'" +
                         base::suggestion(name, names));
}

std::int64_t Network::count_params() const {
  std::int64_t count = 0;
  for (const Node& node : nodes_) {
    for (const WeightPlace& weight : node.weights) count += size_of(weight.spec.shape);
  }
  return count;
}

Graph::Handle Graph::input(Shape shape, std::string name) {
  for (const std::int64_t axis : shape) {
    if (axis < 1)
      throw base::InputError("Input: the shape " + to_text(shape) + " has an empty axis");
  }
  const std::size_t number = network_.nodes_.size();
  if (name.empty()) name = unique_name("input_layer");
  check_new(name);
  network_.nodes_.push_back({std::move(name), nullptr, {}, std::move(shape), {}});
  network_.inputs_.push_back(number);
  return {number};
}

Graph::Handle Graph::add(LayerPtr layer, std::span<const Handle> inputs, std::string name) {
  Node node = named(std::move(layer), std::move(name));
  std::vector<Shape> shapes;
  for (const Handle handle : inputs) {
    node.inputs.push_back(handle.node);
    shapes.push_back(network_.nodes_.at(handle.node).shape);
  }
  model::settle(node, shapes);
  network_.nodes_.push_back(std::move(node));
  return {network_.nodes_.size() - 1};
}

NetworkPtr Graph::build(std::span<const Handle> outputs) && {
  std::vector<bool> needed(network_.nodes_.size());
  for (const Handle handle : outputs) {
    const Node& node = network_.nodes_.at(handle.node);
    if (node.layer == nullptr) {
      throw base::InputError("'" + node.name + "' is an input; an output needs a layer");
    }
    if (needed[handle.node]) {
      throw base::InputError("layer '" + node.name + "' is an output twice");
    }
    network_.outputs_.push_back(handle.node);
    needed[handle.node] = true;
  }
  for (std::size_t i = network_.nodes_.size(); i-- > 0;) {
    const Node& node = network_.nodes_[i];
    if (!needed[i]) throw base::InputError("layer '" + node.name + "' leads to no output");
    for (const std::size_t input : node.inputs) needed[input] = true;
  }
  return finish();
}

Graph::Handle Graph::declare(LayerPtr layer, std::string name) {
  network_.nodes_.push_back(named(std::move(layer), std::move(name)));
  return {network_.nodes_.size() - 1};
}

void Graph::settle(Handle layer, std::span<const Shape> inputs) {
  model::settle(network_.nodes_.at(layer.node), inputs);
}

NetworkPtr Graph::build(std::shared_ptr<const Subclassed> program, std::vector<Node> outputs) && {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    network_.outputs_.push_back(network_.nodes_.size() + i);
  }
  network_.program_ = std::move(program);
  network_.made_ = std::move(outputs);
  return finish();
}

/// Lays the weights out in the flat arrays, in the order of the nodes.
NetworkPtr Graph::finish() {
  for (Node& node : network_.nodes_) {
    for (WeightPlace& place : node.weights) {
      Index& end = place.spec.trainable ? network_.parameter_floats_ : network_.state_floats_;
      place.offset = end;
      end += aligned(place.stride * place.cols);
    }
  }
  return std::make_shared<const Network>(std::move(network_));
}

Node Graph::named(LayerPtr layer, std::string name) const {
  if (name.empty()) name = unique_name(snake_case(layer->type()));
  check_new(name);
  return {std::move(name), std::move(layer), {}, {}, {}};
}

bool Graph::taken(std::string_view name) const {
  return std::ranges::find(network_.nodes_, name, &Node::name) != network_.nodes_.end();
}

void Graph::check_new(std::string_view name) const {
  if (taken(name)) throw base::InputError("layer '" + std::string(name) + "' exists twice");
}

std::string Graph::unique_name(std::string_view type) const {
  std::string name(type);
  for (int i = 1; taken(name); ++i) name = std::string(type) + '_' + std::to_string(i);
  return name;
}

NetworkPtr sequential(Shape input, const std::vector<LayerPtr>& layers) {
  Graph graph;
  Graph::Handle last = graph.input(std::move(input));
  for (const LayerPtr& layer : layers) last = graph.add(layer, last);
  return std::move(graph).build(std::span(&last, 1));
}

}  // namespace tune::model
