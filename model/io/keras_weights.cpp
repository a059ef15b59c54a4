#include "model/io/keras_weights.hpp"

#include <map>

#include "model/io/model_file.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;
using Address = Hdf5Reader::Address;

/// Groups that have been looked into: a model of many layers looks into one of them again and
/// again.
class Groups {
 public:
  explicit Groups(Hdf5Reader& reader) : reader_(reader) {}

  const std::map<std::string_view, Address>& members(Address group) {
    const auto [known, fresh] = members_.try_emplace(group);
    if (fresh) known->second = reader_.members(group);
    return known->second;
  }

  std::optional<Address> find(std::string_view path) {
    Address at = reader_.root();
    for (;;) {
      const std::size_t slash = path.find('/');
      const auto& all = members(at);
      const auto found = all.find(path.substr(0, slash));
      if (found == all.end()) return std::nullopt;
      at = found->second;
      if (slash == path.npos) return at;
      path.remove_prefix(slash + 1);
    }
  }

 private:
  Hdf5Reader& reader_;
  std::map<Address, std::map<std::string_view, Address>> members_;
};

[[noreturn]] void refuse_count(const StoredLayer& layer, std::size_t found) {
  throw InputError("layer '" + layer.name + "' needs " + std::to_string(layer.weights.size()) +
                   " weights, there are " + std::to_string(found));
}

/// Layers with weights that the model does not have make it another model's file.
void check_all_known(Groups& groups, std::span<const StoredLayer> layers) {
  std::map<std::string, bool, std::less<>> known;
  for (const StoredLayer& layer : layers) known[layer.path] = true;
  const std::optional<Address> parent = groups.find("layers");
  if (!parent) return;
  for (const auto& [name, address] : groups.members(*parent)) {
    const std::string path = "layers/" + std::string(name);
    if (known.contains(path)) continue;
    const std::optional<Address> vars = groups.find(path + "/vars");
    if (vars && !groups.members(*vars).empty()) {
      throw InputError("has weights of a layer '" + path + "', which the model does not have");
    }
  }
}

/// Keras 3's layout: a group a layer by its kind and number, weights by their numbers.
void read_by_path(Hdf5Reader& reader, std::span<StoredLayer> layers) {
  Groups groups(reader);
  for (StoredLayer& layer : layers) {
    if (layer.weights.empty()) continue;
    const std::optional<Address> vars = groups.find(layer.path + "/vars");
    if (!vars) throw InputError("has no '" + layer.path + "' for the layer '" + layer.name + "'");
    const auto& members = groups.members(*vars);
    if (members.size() != layer.weights.size()) refuse_count(layer, members.size());
    for (std::size_t w = 0; w < layer.weights.size(); ++w) {
      const auto found = members.find(std::to_string(w));
      if (found == members.end())
        throw InputError("has no '" + layer.path + "/vars/" + std::to_string(w) + "'");
      StoredWeight& weight = layer.weights[w];
      weight.values = to_floats(find_weight(reader, found->second, layer.name, weight));
    }
  }
  check_all_known(groups, layers);
}

/// The layout of whole models: the layers' names in order, a group each, and in it the weights'.
void read_in_order(Hdf5Reader& reader, Address root, std::span<StoredLayer> layers) {
  const auto groups = reader.members(root);
  const auto names = read_names(reader, root, "layer_names");
  std::size_t next = 0;
  for (const std::string_view name : *names) {
    const auto group = groups.find(name);
    if (group == groups.end()) throw InputError("has no group of a layer that it names");
    const auto weights = read_names(reader, group->second, "weight_names");
    if (!weights || weights->empty()) continue;
    while (next < layers.size() && layers[next].weights.empty()) ++next;
    if (next == layers.size()) throw InputError("has weights of more layers than the model");
    StoredLayer& layer = layers[next++];
    if (weights->size() != layer.weights.size()) refuse_count(layer, weights->size());
    for (std::size_t w = 0; w < weights->size(); ++w) {
      StoredWeight& weight = layer.weights[w];
      const Address data_set = reader.at(group->second, (*weights)[w]);
      weight.values = to_floats(find_weight(reader, data_set, layer.name, weight));
    }
  }
  for (; next < layers.size(); ++next) {
    if (!layers[next].weights.empty()) refuse_count(layers[next], 0);
  }
}

}  // namespace

void write_layers(Hdf5Writer& writer, std::span<const StoredLayer> layers) {
  for (const StoredLayer& layer : layers) {
    const std::string vars = "/" + layer.path + "/vars";
    writer.group(vars);
    writer.attribute(vars, "name", layer.name);
    for (std::size_t w = 0; w < layer.weights.size(); ++w) {
      write_weight(writer, vars + "/" + std::to_string(w), layer.weights[w]);
    }
  }
}

void read_layers(Hdf5Reader& reader, std::span<StoredLayer> layers) {
  if (read_names(reader, reader.root(), "layer_names")) {
    read_in_order(reader, reader.root(), layers);
  } else if (const auto whole = reader.find(reader.root(), "model_weights")) {
    if (!read_names(reader, *whole, "layer_names")) throw InputError("has no 'layer_names'");
    read_in_order(reader, *whole, layers);
  } else {
    read_by_path(reader, layers);
  }
}

void save_weights(const Model& model, const std::filesystem::path& file) {
  Hdf5Writer writer;
  write_layers(writer, stored_layers(model));
  write_model_file(file, writer.finish());
}

void load_weights(Model& model, const std::filesystem::path& file) {
  read_model_file(file, [&](std::string content) {
    Hdf5Reader reader(std::move(content));
    std::vector<StoredLayer> layers = stored_layers(model);
    read_layers(reader, layers);
    set_weights(model, layers);
  });
}

void Model::save_weights(const std::filesystem::path& file) const {
  model::save_weights(*this, file);
}

void Model::load_weights(const std::filesystem::path& file) {
  model::load_weights(*this, file);
}

}  // namespace tune::model
