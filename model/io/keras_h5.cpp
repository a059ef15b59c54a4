#include "model/io/keras_h5.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/io/hdf5_reader.hpp"
#include "model/io/hdf5_writer.hpp"
#include "model/io/keras_network.hpp"
#include "model/io/keras_options.hpp"
#include "model/io/keras_training.hpp"
#include "model/io/model_file.hpp"
#include "model/io/stored_weights.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// The release whose files ours are like.
constexpr const char* kKerasVersion = "3.15.1";
constexpr const char* kBackend = "jax";

void add_weights(Hdf5Writer& writer, const Model& model, const std::string& root) {
  const std::vector<StoredLayer> layers = stored_layers(model);
  std::vector<std::string> names;
  for (const StoredLayer& layer : layers) names.push_back(layer.name);
  write_names(writer, root, "layer_names", names);
  for (const StoredLayer& layer : layers) {
    const std::string group = root + "/" + layer.name;
    writer.group(group);
    names.clear();
    for (const StoredWeight& weight : layer.weights) {
      names.push_back(layer.name + "/" + weight.name);
      write_weight(writer, group + "/" + names.back(), weight);
    }
    write_names(writer, group, "weight_names", names);
  }
}

/// What a model is, but for its weights, in Keras's terms.
struct Config {
  Json network;
  std::optional<Json> training;  ///< none: it is not compiled
};

Config config_of(const Model& model) {
  if (!model.network().connected()) {
    throw InputError(
        "a subclassed model cannot be saved as a whole, since its connections are C++ code; its "
        "weights can");
  }
  Config config{network_to_keras(model), {}};
  if (!model.compiled().losses.empty()) config.training = training_to_keras(model);
  return config;
}

std::string content_of(const Model& model) {
  const Config config = config_of(model);
  const std::string root = "/model_weights";
  Hdf5Writer writer;
  writer.attribute("/", "backend", kBackend);
  writer.attribute("/", "keras_version", kKerasVersion);
  writer.attribute("/", "model_config", config.network.dump());
  if (config.training) writer.attribute("/", "training_config", config.training->dump());
  writer.group(root);
  writer.attribute(root, "backend", kBackend);
  writer.attribute(root, "keras_version", kKerasVersion);
  add_weights(writer, model, root);
  writer.group(root + "/top_level_model_weights");
  write_names(writer, root + "/top_level_model_weights", "weight_names", {});
  return writer.finish();
}

/// Where a weight of a layer lies in the file; none: its values are in the config.
struct Found {
  const Node* node;
  std::size_t weight;
  std::optional<Hdf5Reader::Numbers> numbers;
};

StoredWeight stored(const WeightSpec& spec) {
  return {spec.name, spec.shape, !spec.trainable && spec.shape.empty()};
}

/// Finds the weights of all layers, checked against the shapes that the network needs.
std::vector<Found> find_weights(Hdf5Reader& reader, const KerasNetwork& read) {
  const auto groups = reader.members(reader.at(reader.root(), "model_weights"));
  std::vector<Found> found;
  for (const Node& node : read.network->nodes()) {
    const bool given = read.weights.contains(node.name);
    for (std::size_t w = 0; given && w < node.weights.size(); ++w) found.push_back({&node, w, {}});
    if (node.weights.empty() || given) continue;
    const auto group = groups.find(node.name);
    const auto names =
        group == groups.end() ? std::nullopt : read_names(reader, group->second, "weight_names");
    if (!names || names->size() != node.weights.size()) {
      throw InputError("layer '" + node.name + "' needs " + std::to_string(node.weights.size()) +
                       " weights, there are " + std::to_string(names ? names->size() : 0));
    }
    for (std::size_t w = 0; w < names->size(); ++w) {
      found.push_back({&node, w,
                       find_weight(reader, reader.at(group->second, (*names)[w]), node.name,
                                   stored(node.weights[w].spec))});
    }
  }
  return found;
}

Model read_model(std::string content) {
  const auto most_weights = static_cast<std::int64_t>(content.size() / sizeof(float));
  Hdf5Reader reader(std::move(content));
  const std::optional<Json> config = read_json(reader, reader.root(), "model_config");
  if (!config) throw InputError("has no model_config: it is not a whole model of Keras");
  const KerasNetwork read = network_from_keras(*config, most_weights);
  const std::vector<Found> found = find_weights(reader, read);
  const std::optional<Json> training = read_json(reader, reader.root(), "training_config");
  Model model(read.network);
  std::vector<std::vector<float>> weights;
  for (const auto& [node, number, numbers] : found) {
    weights.push_back(numbers ? to_floats(*numbers) : read.weights.at(node->name).at(number));
  }
  model.set_weights(weights);
  const bool all =
      !read.frozen.empty() && std::ranges::find(read.frozen, false) == read.frozen.end();
  if (all) model.set_trainable(false);
  for (std::size_t n = 0; !all && n < read.frozen.size(); ++n) {
    if (read.frozen[n]) model.set_trainable(read.network->nodes()[n].name, false);
  }
  if (training) {
    auto compile = training_from_keras(*training, model.network());
    if (compile) model.compile(std::move(*compile));
  }
  return model;
}

}  // namespace

void save_model(const Model& model, const std::filesystem::path& file) {
  write_model_file(file, content_of(model));
}

std::string why_not_whole(const Model& model) {
  try {
    config_of(model);
    return {};
  } catch (const InputError& error) {
    return error.what();
  }
}

void Model::save(const std::filesystem::path& file) const {
  save_model(*this, file);
}

Model load_model(const std::filesystem::path& file) {
  std::optional<Model> model;
  read_model_file(file, [&](std::string content) { model = read_model(std::move(content)); });
  return std::move(*model);
}

}  // namespace tune::model
