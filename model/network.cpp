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

/// Slices of the flat arrays start on cache lines.
Index aligned(Index floats) {
  return (floats + 15) / 16 * 16;
}

}  // namespace

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
  Node node;
  node.name = name.empty() ? unique_name(snake_case(layer->type())) : std::move(name);
  check_new(node.name);
  std::vector<Shape> shapes;
  for (const Handle handle : inputs) {
    node.inputs.push_back(handle.node);
    shapes.push_back(network_.nodes_.at(handle.node).shape);
  }
  try {
    node.shape = layer->output_shape(shapes);
    for (WeightSpec& spec : layer->weights(shapes)) {
      spec.initializer.check(spec.shape);
      WeightPlace place{.spec = std::move(spec)};
      place.rows = place.spec.shape.empty() ? 1 : place.spec.shape.back();
      place.cols = size_of(place.spec.shape) / place.rows;
      place.stride = column_stride(place.rows);
      Index& end = place.spec.trainable ? network_.parameter_floats_ : network_.state_floats_;
      place.offset = end;
      end += aligned(place.stride * place.cols);
      node.weights.push_back(std::move(place));
    }
  } catch (const base::InputError& error) {
    throw base::InputError("layer '" + node.name + "': " + error.what());
  }
  node.layer = std::move(layer);
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
  return std::make_shared<const Network>(std::move(network_));
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
