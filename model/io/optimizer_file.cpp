#include "model/io/optimizer_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "model/io/cursor.hpp"
#include "model/io/keras_order.hpp"
#include "model/io/keras_schedule.hpp"
#include "model/io/stored_weights.hpp"
#include "model/optimizer_memory.hpp"
#include "model/optimizers/base.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;
using Address = Hdf5Reader::Address;

bool has_product(const Optimizer& optimizer) {
  return optimizer.name() == "nadam";
}

/// Slots of the first group that go weight by weight.
std::size_t together(const Optimizer& optimizer) {
  constexpr std::array<std::string_view, 4> kPairs = {"adam", "adamw", "adamax", "nadam"};
  return std::ranges::find(kPairs, optimizer.name()) == kPairs.end() ? 1 : 2;
}

/// The slots of the weights in the order of Keras's variables.
std::vector<WeightMemory> variables(const Model& model) {
  std::vector<WeightMemory> memories = weight_memories(model);
  std::vector<std::size_t> place(model.network().nodes().size());
  const std::vector<std::size_t> order = keras_order(model.network());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  const std::size_t first = together(*model.compiled().optimizer);
  const auto group = [&](std::size_t slot) { return slot < first ? 0 : slot; };
  std::ranges::stable_sort(memories, [&](const WeightMemory& a, const WeightMemory& b) {
    return std::tuple(group(a.slot), place[a.node]) < std::tuple(group(b.slot), place[b.node]);
  });
  return memories;
}

const WeightPlace& place_of(const Model& model, const WeightMemory& memory) {
  return model.network().nodes()[memory.node].weights[memory.weight];
}

/// Does Keras's optimizer have a schedule in place of a learning rate?
bool scheduled(const Model& model) {
  const Schedule* schedule = model.compiled().schedule.get();
  return schedule != nullptr && !schedule_to_keras(*schedule).is_null();
}

/// The data sets of all variables in order.
std::vector<Address> find_variables(Hdf5Reader& reader) {
  std::vector<Address> found;
  if (const auto whole = reader.find(reader.root(), "optimizer_weights")) {
    const auto names = read_names(reader, *whole, "weight_names");
    if (!names) throw InputError("has no names of the optimizer's variables");
    for (const std::string_view name : *names) found.push_back(reader.at(*whole, name));
    return found;
  }
  const auto optimizer = reader.find(reader.root(), "optimizer");
  if (!optimizer) throw InputError("has no state of an optimizer: it holds weights alone");
  const auto members = reader.members(reader.at(*optimizer, "vars"));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto member = members.find(std::to_string(i));
    if (member == members.end()) throw InputError("lacks a variable of its optimizer");
    found.push_back(member->second);
  }
  return found;
}

std::int64_t read_iteration(Hdf5Reader& reader, Address variable) {
  const Hdf5Reader::Numbers numbers = reader.numbers(variable);
  if (!numbers.shape.empty() || numbers.type.kind != Hdf5Type::Kind::integer) {
    throw InputError("has no number of steps of its optimizer");
  }
  Cursor cursor(numbers.bytes);
  const std::int64_t iteration = to_integer(cursor, numbers.type);
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  if (iteration < 0 || iteration > kMost) {
    throw InputError("has an optimizer after " + std::to_string(iteration) + " steps");
  }
  return iteration;
}

float read_rate(Hdf5Reader& reader, Address variable) {
  const StoredWeight rate{"learning_rate", {}};
  const float value = to_floats(find_weight(reader, variable, "optimizer", rate))[0];
  if (std::isfinite(value) && value >= 0) return value;
  throw InputError("has a learning rate that is no rate");
}

}  // namespace

void write_optimizer(Hdf5Writer& writer, const Model& model, const TrainingState& state) {
  const Optimizer& optimizer = *model.compiled().optimizer;
  const std::string vars = "/optimizer/vars";
  writer.group(vars);
  writer.attribute(vars, "name", std::string(optimizer.name()));
  std::size_t number = 0;
  const auto next = [&] { return vars + "/" + std::to_string(number++); };
  writer.integer(next(), state.iteration);
  if (!scheduled(model)) writer.floats(next(), {}, {{state.rate}});
  std::vector<float> values;
  for (const WeightMemory& memory : variables(model)) {
    const WeightPlace& place = place_of(model, memory);
    values.clear();
    const float* from = state.memory.data() + memory.offset;
    for (Index col = 0; col < place.cols; ++col, from += place.stride) {
      values.insert(values.end(), from, from + place.rows);
    }
    writer.floats(next(), place.spec.shape, values);
  }
  if (!has_product(optimizer)) return;
  const double beta = std::get<double>(optimizer.config().at("beta_1"));
  writer.floats(next(), {}, {{static_cast<float>(nadam_product(beta, state.iteration))}});
}

void read_optimizer(Hdf5Reader& reader, const Model& model, TrainingState& state) {
  const Optimizer& optimizer = *model.compiled().optimizer;
  const std::vector<WeightMemory> slots = variables(model);
  const std::vector<Address> found = find_variables(reader);
  const std::size_t fewest = 1 + slots.size() + (has_product(optimizer) ? 1 : 0);
  if (found.size() != fewest && found.size() != fewest + 1) {
    throw InputError("has " + std::to_string(found.size()) + " variables of an optimizer; " +
                     std::string(optimizer.name()) + " of this model has " +
                     std::to_string(fewest + 1));
  }
  state.iteration = read_iteration(reader, found[0]);
  const bool rate = found.size() == fewest + 1;
  state.rate = rate ? read_rate(reader, found[1]) : optimizer.rate();
  std::vector<Hdf5Reader::Numbers> numbers;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const WeightPlace& place = place_of(model, slots[i]);
    const std::string& layer = model.network().nodes()[slots[i].node].name;
    numbers.push_back(find_weight(reader, found[i + 1 + rate], "optimizer/" + layer,
                                  {place.spec.name, place.spec.shape}));
  }
  state.memory = fresh_memory(optimizer, updated_ranges(model, false));
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const WeightPlace& place = place_of(model, slots[i]);
    const std::vector<float> values = to_floats(numbers[i]);
    const float* from = values.data();
    float* to = state.memory.data() + slots[i].offset;
    for (Index col = 0; col < place.cols; ++col, from += place.rows, to += place.stride) {
      std::copy_n(from, place.rows, to);
    }
  }
}

}  // namespace tune::model
