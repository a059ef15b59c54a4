#include "model/io/keras_h5.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/io/hdf5_reader.hpp"
#include "model/io/hdf5_writer.hpp"
#include "model/io/keras_network.hpp"
#include "model/io/keras_options.hpp"
#include "model/io/keras_training.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// The release whose files ours are like.
constexpr const char* kKerasVersion = "3.15.1";
constexpr const char* kBackend = "jax";
constexpr std::size_t kNamesPerAttribute = 4000;

void add_names(Hdf5Writer& writer, const std::string& object, const std::string& attribute,
               const std::vector<std::string>& names) {
  if (names.size() <= kNamesPerAttribute) {
    writer.attribute(object, attribute, names);
    return;
  }
  // As Keras: in pieces with numbers, since an attribute's length is limited.
  for (std::size_t i = 0; i * kNamesPerAttribute < names.size(); ++i) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(i * kNamesPerAttribute);
    const auto left = names.end() - begin;
    const auto count = std::min(left, static_cast<std::ptrdiff_t>(kNamesPerAttribute));
    writer.attribute(object, attribute + std::to_string(i),
                     std::vector<std::string>(begin, begin + count));
  }
}

void add_weights(Hdf5Writer& writer, const Model& model, const std::string& root) {
  const std::vector<std::vector<float>> values = model.get_weights();
  std::size_t next = 0;
  for (const Node& node : model.network().nodes()) {
    const std::string group = root + "/" + node.name;
    writer.group(group);
    std::vector<std::string> names;
    for (const WeightPlace& weight : node.weights) {
      names.push_back(node.name + "/" + weight.spec.name);
      writer.floats(group + "/" + names.back(), weight.spec.shape, values[next++]);
    }
    add_names(writer, group, "weight_names", names);
  }
}

std::string content_of(const Model& model) {
  if (!model.network().connected()) {
    throw InputError(
        "a subclassed model cannot be saved as a whole, since its connections are C++ code; its "
        "weights can");
  }
  const Json config = network_to_keras(model.network());
  const bool chain = config.at("class_name") == "Sequential";
  const std::string root = "/model_weights";
  Hdf5Writer writer;
  writer.attribute("/", "backend", kBackend);
  writer.attribute("/", "keras_version", kKerasVersion);
  writer.attribute("/", "model_config", config.dump());
  if (!model.compiled().losses.empty()) {
    writer.attribute("/", "training_config", training_to_keras(model.compiled()).dump());
  }
  writer.group(root);
  writer.attribute(root, "backend", kBackend);
  writer.attribute(root, "keras_version", kKerasVersion);
  std::vector<std::string> names;
  for (const Node& node : model.network().nodes()) {
    // Keras does not count the input of a Sequential model as a layer.
    if (!chain || node.layer != nullptr) names.push_back(node.name);
  }
  add_names(writer, root, "layer_names", names);
  add_weights(writer, model, root);
  writer.group(root + "/top_level_model_weights");
  add_names(writer, root + "/top_level_model_weights", "weight_names", {});
  return writer.finish();
}

std::string read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) throw InputError("is a directory");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(std::string("cannot be opened: ") + std::strerror(errno));
  std::string content;
  in.seekg(0, std::ios::end);
  content.resize(static_cast<std::size_t>(std::max<std::streamoff>(0, in.tellg())));
  in.seekg(0);
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!in) throw InputError("cannot be read");
  return content;
}

/// nlohmann's parser takes any depth, but to copy or destroy what it made overflows the stack.
Json parse_json(std::string_view text) {
  constexpr int kDeepest = 100;
  return Json::parse(
      text,
      [](int depth, Json::parse_event_t, Json&) {
        if (depth > kDeepest) throw InputError("holds JSON that is nested too deeply");
        return true;
      },
      false);
}

/// One text attribute of the root as JSON.
std::optional<Json> read_json(Hdf5Reader& reader, const char* attribute) {
  const auto texts = reader.texts(reader.root(), attribute);
  if (!texts) return std::nullopt;
  Json json = texts->size() == 1 ? parse_json(texts->front()) : Json();
  if (!json.is_object()) throw InputError(std::string(attribute) + " is not a JSON object");
  return json;
}

/// Finds the weights of all layers, checked against the shapes that the network needs.
std::vector<std::string_view> find_weights(Hdf5Reader& reader, const Network& network) {
  const auto groups = reader.members(reader.at(reader.root(), "model_weights"));
  std::vector<std::string_view> found;
  for (const Node& node : network.nodes()) {
    if (node.weights.empty()) continue;
    const auto group = groups.find(node.name);
    const auto names =
        group == groups.end() ? std::nullopt : reader.texts(group->second, "weight_names");
    if (!names || names->size() != node.weights.size()) {
      throw InputError("layer '" + node.name + "' needs " + std::to_string(node.weights.size()) +
                       " weights, there are " + std::to_string(names ? names->size() : 0));
    }
    for (std::size_t i = 0; i < names->size(); ++i) {
      const WeightSpec& spec = node.weights[i].spec;
      const Hdf5Reader::Floats floats = reader.floats(reader.at(group->second, (*names)[i]));
      if (floats.shape != spec.shape) {
        throw InputError("weight '" + node.name + "/" + spec.name + "' has the shape " +
                         to_text(floats.shape) + ", the layer needs " + to_text(spec.shape));
      }
      found.push_back(floats.bytes);
    }
  }
  return found;
}

std::vector<float> to_floats(std::string_view bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Model read_model(std::string content) {
  const auto most_weights = static_cast<std::int64_t>(content.size() / sizeof(float));
  Hdf5Reader reader(std::move(content));
  const std::optional<Json> config = read_json(reader, "model_config");
  if (!config) throw InputError("has no model_config: it is not a whole model of Keras");
  const NetworkPtr network = network_from_keras(*config, most_weights);
  const std::vector<std::string_view> found = find_weights(reader, *network);
  const std::optional<Json> training = read_json(reader, "training_config");
  Model model(network);
  std::vector<std::vector<float>> weights;
  for (const std::string_view bytes : found) weights.push_back(to_floats(bytes));
  model.set_weights(weights);
  if (training) {
    auto compile = training_from_keras(*training, network->outputs().size());
    if (compile) model.compile(std::move(*compile));
  }
  return model;
}

/// A message may quote the file, which may hold anything.
std::string one_line(std::string text) {
  constexpr std::size_t kLongest = 400;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text;
}

}  // namespace

void save_model(const Model& model, const std::filesystem::path& file) {
  const std::string content = content_of(model);
  std::filesystem::path part = file;
  part += ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, file, error);
  if (!out || error) {
    const std::string why = error ? error.message() : std::strerror(errno);
    std::filesystem::remove(part, error);
    base::fail({.file = file.string(), .line = 0, .key = {}}, "cannot be written: " + why);
  }
}

Model load_model(const std::filesystem::path& file) {
  const base::Place place{.file = file.string(), .line = 0, .key = {}};
  try {
    return read_model(read_file(file));
  } catch (const InputError& error) {
    base::fail(place, one_line(error.what()));
  } catch (const nlohmann::json::exception& error) {
    base::fail(place,
               one_line(std::string("model_config is not as Keras writes it: ") + error.what()));
  }
}

}  // namespace tune::model
