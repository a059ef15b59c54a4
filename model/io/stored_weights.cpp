#include "model/io/stored_weights.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>

#include "model/io/cursor.hpp"
#include "model/io/keras_options.hpp"
#include "model/io/keras_order.hpp"
#include "model/subclassing.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// What fits into the header of an object.
constexpr std::size_t kNamesPerAttribute = 4000;

/// The number of each node's first weight among all of a model.
std::vector<std::size_t> first_weights(const Network& network) {
  std::vector<std::size_t> first;
  std::size_t next = 0;
  for (const Node& node : network.nodes()) {
    first.push_back(next);
    next += node.weights.size();
  }
  return first;
}

/// "layers/dense", "layers/dense_1", ...: a layer's place by its kind and how many there were.
std::string kind_path(const Node& node, std::map<std::string, int>& used) {
  const std::string kind = node.layer == nullptr ? "input_layer" : snake_case(node.layer->type());
  const int number = used[kind]++;
  return "layers/" + kind + (number > 0 ? "_" + std::to_string(number) : "");
}

/// Keras keeps a layer of a subclassed model under the attribute that holds it, in the order of the
/// alphabet; since "layers" is one of the attributes, those behind it are kept in that list. Of
/// private ones all are. Source: keras.src.saving.saving_lib, _walk_saveable.
bool has_own_group(const Network& network, std::size_t node) {
  if (network.connected()) return false;
  const std::string& name = network.program()->members()[node - network.inputs().size()].name;
  return !name.empty() && name < "layers" && name[0] != '_';
}

/// The layers of a subclassed model stand beside other groups of the file.
void check_attribute(const std::string& name) {
  constexpr std::array<std::string_view, 4> kTaken = {"layers", "optimizer", "tune", "vars"};
  check_layer_name(name);
  if (std::ranges::find(kTaken, name) == kTaken.end()) return;
  throw InputError("'" + name + "' cannot be the name of a layer of a subclassed model");
}

}  // namespace

void check_layer_name(const std::string& name) {
  const bool plain = name.find('/') == name.npos && name.find('\0') == name.npos;
  if (name.empty() || !plain || name == "." || name == ".." || name == "top_level_model_weights") {
    throw InputError("'" + name + "' cannot be the name of a layer");
  }
}

std::vector<StoredLayer> stored_layers(const Model& model) {
  const Network& network = model.network();
  const bool chain = network.is_chain();
  const std::vector<std::size_t> first = first_weights(network);
  const std::vector<std::vector<float>> values = model.get_weights();
  const bool connected = network.connected();
  std::map<std::string, int> used;
  std::vector<StoredLayer> layers;
  for (const std::size_t n : keras_order(network)) {
    const Node& node = network.nodes()[n];
    // Keras counts the inputs of functional models alone as layers.
    if (node.layer == nullptr && (chain || !connected)) continue;
    StoredLayer layer{node.name, kind_path(node, used)};
    if (!connected) check_attribute(node.name);
    if (has_own_group(network, n)) layer.path = node.name;
    for (std::size_t w = 0; w < node.weights.size(); ++w) {
      const WeightSpec& spec = node.weights[w].spec;
      layer.weights.push_back(
          {spec.name, spec.shape, !spec.trainable && spec.shape.empty(), values[first[n] + w]});
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

void set_weights(Model& model, std::span<const StoredLayer> layers) {
  std::map<std::string_view, const StoredLayer*> by_name;
  for (const StoredLayer& layer : layers) by_name[layer.name] = &layer;
  std::vector<std::vector<float>> values;
  for (const Node& node : model.network().nodes()) {
    if (node.weights.empty()) continue;
    for (const StoredWeight& weight : by_name.at(node.name)->weights) {
      values.push_back(weight.values);
    }
  }
  model.set_weights(values);
}

void write_weight(Hdf5Writer& writer, const std::string& path, const StoredWeight& weight) {
  constexpr float kMost = 1e9f;
  if (!weight.counts || !(std::abs(weight.values[0]) < kMost)) {
    writer.floats(path, weight.shape, weight.values);
  } else {
    writer.integer(path, static_cast<std::int64_t>(weight.values[0]));
  }
}

Hdf5Reader::Numbers find_weight(Hdf5Reader& reader, Hdf5Reader::Address data_set,
                                const std::string& layer, const StoredWeight& weight) {
  Hdf5Reader::Numbers numbers = reader.numbers(data_set);
  const std::string name = "weight '" + layer + "/" + weight.name + "'";
  if (numbers.shape != weight.shape) {
    throw InputError(name + " has the shape " + to_text(numbers.shape) + ", the layer needs " +
                     to_text(weight.shape));
  }
  if (numbers.type.kind != Hdf5Type::Kind::float32 && !weight.counts) {
    throw InputError(name + " is not of float32 numbers");
  }
  return numbers;
}

std::vector<float> to_floats(const Hdf5Reader::Numbers& numbers) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<float> values(numbers.bytes.size() / numbers.type.size);
  if (numbers.type.kind == Hdf5Type::Kind::float32) {
    // Without numbers there may be no memory either, which memcpy does not take.
    if (!values.empty()) std::memcpy(values.data(), numbers.bytes.data(), numbers.bytes.size());
    return values;
  }
  Cursor cursor(numbers.bytes);
  for (float& value : values) value = static_cast<float>(to_integer(cursor, numbers.type));
  return values;
}

void write_names(Hdf5Writer& writer, const std::string& object, const std::string& attribute,
                 const std::vector<std::string>& names) {
  if (names.size() <= kNamesPerAttribute) {
    writer.attribute(object, attribute, names);
    return;
  }
  for (std::size_t i = 0; i * kNamesPerAttribute < names.size(); ++i) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(i * kNamesPerAttribute);
    const auto left = names.end() - begin;
    const auto count = std::min(left, static_cast<std::ptrdiff_t>(kNamesPerAttribute));
    writer.attribute(object, attribute + std::to_string(i),
                     std::vector<std::string>(begin, begin + count));
  }
}

std::optional<std::vector<std::string_view>> read_names(Hdf5Reader& reader,
                                                        Hdf5Reader::Address object,
                                                        const std::string& attribute) {
  auto names = reader.texts(object, attribute);
  if (names) return names;
  for (int i = 0;; ++i) {
    const auto piece = reader.texts(object, attribute + std::to_string(i));
    if (!piece) return names;
    if (!names) names.emplace();
    names->insert(names->end(), piece->begin(), piece->end());
  }
}

}  // namespace tune::model
