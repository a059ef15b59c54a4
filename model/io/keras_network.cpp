#include "model/io/keras_network.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "model/io/keras_layers.hpp"
#include "model/io/keras_options.hpp"
#include "model/io/stored_weights.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

constexpr std::int64_t kMostInputs = 1 << 24;  ///< numbers of one sample
constexpr std::size_t kMostAxes = 8;

Json batch_shape(const Shape& shape) {
  Json axes = Json::array({nullptr});
  for (const std::int64_t axis : shape) axes.push_back(axis);
  return axes;
}

/// Keras's reference to what a layer gives: the layer, the how many-eth use of it, which output.
Json reference(const Node& node) {
  return Json::array({node.name, 0, 0});
}

Json input_to_keras(const Node& node) {
  return {{"class_name", "InputLayer"},
          {"config",
           {{"batch_shape", batch_shape(node.shape)}, {"dtype", "float32"}, {"name", node.name}}}};
}

Json inbound_to_keras(const Network& network, const Node& node) {
  Json tensors = Json::array();
  for (const std::size_t input : node.inputs) {
    const Node& from = network.nodes()[input];
    tensors.push_back({{"class_name", "__keras_tensor__"},
                       {"config",
                        {{"shape", batch_shape(from.shape)},
                         {"dtype", "float32"},
                         {"keras_history", reference(from)}}}});
  }
  // A layer that merges takes one list.
  if (tensors.size() > 1) tensors = Json::array({std::move(tensors)});
  return Json::array({{{"args", std::move(tensors)}, {"kwargs", Json::object()}}});
}

Json references(const Network& network, std::span<const std::size_t> nodes) {
  if (nodes.size() == 1) return reference(network.nodes()[nodes[0]]);
  Json list = Json::array();
  for (const std::size_t node : nodes) list.push_back(reference(network.nodes()[node]));
  return list;
}

/// Reads a model_config layer by layer.
class NetworkReader {
 public:
  explicit NetworkReader(std::int64_t most_weights) : weights_left_(most_weights) {}

  KerasNetwork sequential(const Json& config) {
    std::string last;
    for (const Json& item : config.at("layers")) {
      const std::string name = keras_name(item.at("config").at("name"));
      if (last.empty() && !is_input(item)) {
        throw InputError("the Sequential model has no input: build it before it is saved");
      }
      last.empty() ? add_input(name, item) : add_layer(name, item, {last});
      last = name;
    }
    return finish({last});
  }

  KerasNetwork functional(const Json& config) {
    const Json& items = config.at("layers");
    // The inputs first: their order is that of the model's, not of the layers.
    for (const std::string& name : names(config.at("input_layers"))) {
      const auto item = std::ranges::find_if(
          items, [&](const Json& i) { return is_input(i) && i.at("config").at("name") == name; });
      if (item == items.end()) throw InputError("the input '" + name + "' is missing");
      add_input(name, *item);
    }
    for (const Json& item : items) {
      const std::string name = keras_name(item.at("config").at("name"));
      if (!is_input(item)) {
        add_layer(name, item, inbound(name, item.at("inbound_nodes")));
      } else if (!places_.contains(name)) {
        throw InputError("the input '" + name + "' is not among the model's inputs");
      }
    }
    return finish(names(config.at("output_layers")));
  }

 private:
  struct Place {
    Graph::Handle handle;
    Shape shape;
    bool input;
  };

  static bool is_input(const Json& item) { return item.at("class_name") == "InputLayer"; }

  static std::string name_in(const Json& reference) {
    if (reference.at(1) != 0 || reference.at(2) != 0) {
      throw InputError("a layer is used more than once, which is not supported");
    }
    return keras_name(reference.at(0));
  }

  /// A list of references, or one that stands alone.
  static std::vector<std::string> names(const Json& references) {
    if (references.at(0).is_string()) return {name_in(references)};
    std::vector<std::string> names;
    for (const Json& item : references) names.push_back(name_in(item));
    return names;
  }

  static std::vector<std::string> inbound(const std::string& name, const Json& calls) {
    if (calls.size() != 1) {
      throw InputError("layer '" + name + "' is used " + std::to_string(calls.size()) +
                       " times; only once is supported");
    }
    const Json& call = calls.at(0);
    for (const auto& [option, value] : call.at("kwargs").items()) {
      if (!value.is_null() && value != false) {
        throw InputError("layer '" + name + "' is called with an option, which is not supported");
      }
    }
    const Json* tensors = &call.at("args");
    if (tensors->size() == 1 && tensors->at(0).is_array()) tensors = &tensors->at(0);
    std::vector<std::string> inputs;
    for (const Json& tensor : *tensors) {
      inputs.push_back(name_in(tensor.at("config").at("keras_history")));
    }
    return inputs;
  }

  void check_new(const std::string& name) const {
    check_layer_name(name);
    if (places_.contains(name)) throw InputError("two layers have the name '" + name + "'");
  }

  void add_input(const std::string& name, const Json& item) {
    check_new(name);
    Json config = item.at("config");
    check_dtype(config);
    Shape shape;
    std::int64_t room = kMostInputs;
    const Json axes = std::exchange(config["batch_shape"], nullptr);
    for (std::size_t i = 1; i < axes.size(); ++i) {
      const bool number = axes.at(i).is_number_unsigned();
      const auto axis = number ? axes[i].get<std::uint64_t>() : 0;
      if (axis < 1 || axis > static_cast<std::uint64_t>(room) || axes.size() > kMostAxes) {
        throw InputError("input '" + name + "': its shape must be given, of at most " +
                         std::to_string(kMostInputs) + " numbers");
      }
      shape.push_back(static_cast<std::int64_t>(axis));
      room /= shape.back();
    }
    if (shape.empty()) throw InputError("input '" + name + "' has no shape");
    options_from_keras(config, {});
    places_[name] = {graph_.input(shape, name), shape, true};
  }

  void add_layer(const std::string& name, const Json& item, const std::vector<std::string>& from) {
    check_new(name);
    std::vector<Graph::Handle> inputs;
    std::vector<Shape> shapes;
    for (const std::string& input : from) {
      const auto found = places_.find(input);
      if (found == places_.end()) {
        throw InputError("layer '" + name + "' takes '" + input +
                         "', which is not among the layers before it");
      }
      inputs.push_back(found->second.handle);
      shapes.push_back(found->second.shape);
    }
    try {
      KerasLayer made = layer_from_keras(item, shapes);
      Shape shape = made.layer->output_shape(shapes);
      count_weights(*made.layer, shapes, made.weights.empty() ? weights_left_ : given_left_);
      if (!made.trainable) frozen_.insert(name);
      if (!made.weights.empty()) result_.weights[name] = std::move(made.weights);
      places_[name] = {graph_.add(made.layer, inputs, name), std::move(shape), false};
    } catch (const InputError& error) {
      throw InputError("layer '" + name + "': " + error.what());
    }
  }

  /// A hostile file must not make anybody allocate more than it holds itself.
  static void count_weights(const Layer& layer, std::span<const Shape> inputs, std::int64_t& left) {
    for (const WeightSpec& weight : layer.weights(inputs)) {
      std::int64_t room = left;
      for (const std::int64_t axis : weight.shape) room /= std::max<std::int64_t>(1, axis);
      if (room < 1) {
        throw InputError("its weight '" + weight.name + "' of the shape " + to_text(weight.shape) +
                         " is more than the file holds");
      }
      left -= size_of(weight.shape);
    }
  }

  KerasNetwork finish(const std::vector<std::string>& outputs) {
    std::vector<Graph::Handle> handles;
    std::set<std::string> seen;
    for (const std::string& name : outputs) {
      const auto found = places_.find(name);
      if (found == places_.end() || found->second.input) {
        throw InputError("the model's output '" + name + "' is no layer of it");
      }
      if (!seen.insert(name).second) throw InputError("the output '" + name + "' is named twice");
      handles.push_back(found->second.handle);
    }
    result_.network = std::move(graph_).build(handles);
    if (!frozen_.empty()) {
      for (const Node& node : result_.network->nodes()) {
        result_.frozen.push_back(frozen_.contains(node.name));
      }
    }
    return std::move(result_);
  }

  Graph graph_;
  std::map<std::string, Place> places_;
  std::set<std::string> frozen_;
  std::int64_t weights_left_;
  /// For weights that are in the config: one number there may stand for all positions of an axis.
  std::int64_t given_left_ = 4 * weights_left_;
  KerasNetwork result_;
};

}  // namespace

Json network_to_keras(const Model& model) {
  const Network& network = model.network();
  const std::vector<bool>& frozen = model.frozen();
  const bool chain = network.is_chain();
  Json items = Json::array();
  std::set<std::string> names;
  std::size_t layers = 0, trainable = 0;
  for (std::size_t n = 0; n < network.nodes().size(); ++n) {
    const Node& node = network.nodes()[n];
    check_layer_name(node.name);
    if (!names.insert(node.name).second) {
      throw InputError("two layers have the name '" + node.name + "'");
    }
    const bool input = node.layer == nullptr, learns = frozen.empty() || !frozen[n];
    layers += !input;
    trainable += !input && learns;
    Json item = input ? input_to_keras(node) : layer_to_keras(node, learns);
    if (!chain) {
      item["name"] = node.name;
      item["inbound_nodes"] = input ? Json::array() : inbound_to_keras(network, node);
    }
    items.push_back(std::move(item));
  }
  Json config{{"name", chain ? "sequential" : "functional"}};
  // What is said here of a Functional model, Keras sets for all of its layers.
  if (trainable == 0 || trainable == layers) config["trainable"] = trainable > 0;
  config["layers"] = std::move(items);
  if (chain) {
    config["build_input_shape"] = batch_shape(network.nodes()[0].shape);
  } else {
    config["input_layers"] = references(network, network.inputs());
    config["output_layers"] = references(network, network.outputs());
  }
  return {{"class_name", chain ? "Sequential" : "Functional"}, {"config", std::move(config)}};
}

KerasNetwork network_from_keras(const Json& config, std::int64_t most_weights) {
  const std::string type = keras_name(config.at("class_name"));
  NetworkReader reader(most_weights);
  KerasNetwork read;
  if (type == "Sequential") {
    read = reader.sequential(config.at("config"));
  } else if (type == "Functional" || type == "Model") {
    read = reader.functional(config.at("config"));
  } else {
    throw InputError("the model is a '" + type + "'; Sequential and Functional ones are supported");
  }
  const bool all = config.at("config").value("trainable", Json(true)) == false;
  if (all) read.frozen.assign(read.network->nodes().size(), true);
  return read;
}

}  // namespace tune::model
