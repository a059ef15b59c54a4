#include "model/io/training_file.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/io/keras_options.hpp"
#include "model/io/keras_weights.hpp"
#include "model/io/model_file.hpp"
#include "model/io/optimizer_file.hpp"
#include "model/optimizer_memory.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// The group of our own part of a file, and its attribute.
constexpr const char* kGroup = "tune";
constexpr const char* kAttribute = "training";

/// Numbers that are not integers stand as text, which may be infinite too: {"real": "0.1"}.
Json value_to_json(const base::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (std::holds_alternative<double>(value)) return {{"real", base::to_text(value)}};
  return std::get<std::string>(value);
}

base::Value value_from_json(const Json& json) {
  if (json.is_number_unsigned() && !std::in_range<std::int64_t>(json.get<std::uint64_t>())) {
    throw InputError("holds an integer that is too large");
  }
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_string()) return json.get<std::string>();
  const base::Value value = base::parse_value(keras_name(json.at("real")));
  if (std::holds_alternative<double>(value)) return value;
  throw InputError("holds a number that is none");
}

/// The path of an array, below our group.
std::string array_path(std::size_t callback, std::size_t array) {
  return "callbacks/" + std::to_string(callback) + "/" + std::to_string(array);
}

Json callback_to_json(const CallbackState& state) {
  Json values = Json::object(), arrays = Json::array();
  for (const auto& [name, value] : state.values) values[name] = value_to_json(value);
  for (const auto& [name, array] : state.arrays) arrays.push_back(name);
  return {{"values", std::move(values)}, {"arrays", std::move(arrays)}};
}

void write_own(Hdf5Writer& writer, const TrainingState& state) {
  const std::string group = std::string("/") + kGroup;
  Json callbacks = Json::array();
  for (const CallbackState& callback : state.callbacks) {
    callbacks.push_back(callback_to_json(callback));
  }
  writer.group(group);
  const Json training{{"epoch", state.epoch},
                      {"stopped", state.stopped},
                      {"rate", value_to_json(double{state.rate})},
                      {"callbacks", std::move(callbacks)}};
  writer.attribute(group, kAttribute, training.dump());
  for (std::size_t i = 0; i < state.callbacks.size(); ++i) {
    std::size_t number = 0;
    for (const auto& [name, array] : state.callbacks[i].arrays) {
      writer.floats(group + "/" + array_path(i, number++),
                    {static_cast<std::int64_t>(array.size())}, array);
    }
  }
}

/// Reads our own part.
class OwnReader {
 public:
  OwnReader(Hdf5Reader& reader, Hdf5Reader::Address group, std::size_t file_size)
      : reader_(reader), group_(group), bytes_left_(file_size) {}

  void read(TrainingState& state) {
    const std::optional<Json> training = read_json(reader_, group_, kAttribute);
    if (!training) throw InputError("has a group 'tune' without a training");
    state.epoch = epoch(training->at("epoch"));
    state.stopped = training->at("stopped").get<bool>();
    state.rate = static_cast<float>(base::to_number(value_from_json(training->at("rate"))));
    if (!(std::isfinite(state.rate) && state.rate >= 0)) {
      throw InputError("has a learning rate that is no rate");
    }
    for (const Json& callback : training->at("callbacks")) {
      state.callbacks.push_back(read_callback(callback, state.callbacks.size()));
    }
  }

 private:
  static int epoch(const Json& json) {
    constexpr std::int64_t kMost = 1'000'000'000;
    const base::Value value = value_from_json(json);
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number != nullptr && *number >= 0 && *number <= kMost) return static_cast<int>(*number);
    throw InputError("has a training whose epoch is no epoch");
  }

  CallbackState read_callback(const Json& json, std::size_t number) {
    CallbackState state;
    for (const auto& [name, value] : json.at("values").get_ref<const Json::object_t&>()) {
      state.values[name] = value_from_json(value);
    }
    std::size_t next = 0;
    for (const Json& name : json.at("arrays")) {
      state.arrays[keras_name(name)] = read_array(array_path(number, next++));
    }
    return state;
  }

  Floats read_array(const std::string& path) {
    const Hdf5Reader::Numbers numbers = reader_.numbers(reader_.at(group_, path));
    if (numbers.type.kind != Hdf5Type::Kind::float32) {
      throw InputError("'" + path + "' is not of float32 numbers");
    }
    // The same data may stand under many names.
    if (numbers.bytes.size() > bytes_left_) throw InputError("holds more arrays than it has bytes");
    bytes_left_ -= numbers.bytes.size();
    const std::vector<float> values = to_floats(numbers);
    return {values.begin(), values.end()};
  }

  Hdf5Reader& reader_;
  Hdf5Reader::Address group_;
  std::size_t bytes_left_;
};

TrainingState read(const Model& model, std::string content) {
  const std::size_t size = content.size();
  Hdf5Reader reader(std::move(content));
  TrainingState state;
  read_optimizer(reader, model, state);
  if (const auto own = reader.find(reader.root(), kGroup))
    OwnReader(reader, *own, size).read(state);
  Model trained = model;
  std::vector<StoredLayer> layers = stored_layers(model);
  read_layers(reader, layers);
  set_weights(trained, layers);
  state.weights = std::move(trained.weights());
  return state;
}

}  // namespace

void save_training(const Model& model, const TrainingState& state,
                   const std::filesystem::path& file) {
  Model trained = model;
  const std::size_t memory =
      fresh_memory(*model.compiled().optimizer, updated_ranges(model, false)).size();
  if (state.weights.parameters.size() != trained.weights().parameters.size() ||
      state.weights.state.size() != trained.weights().state.size() ||
      state.memory.size() != memory) {
    throw InputError("save_training: the state is that of another model or optimizer");
  }
  trained.weights() = state.weights;
  Hdf5Writer writer;
  write_layers(writer, stored_layers(trained));
  write_optimizer(writer, model, state);
  write_own(writer, state);
  write_model_file(file, writer.finish());
}

TrainingState load_training(const Model& model, const std::filesystem::path& file) {
  TrainingState state;
  read_model_file(file, [&](std::string content) { state = read(model, std::move(content)); });
  return state;
}

}  // namespace tune::model
