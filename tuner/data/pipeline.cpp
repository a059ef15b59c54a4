#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/data/csv.hpp"
#include "tuner/data/idx.hpp"
#include "tuner/data/preprocessing.hpp"
#include "tuner/report/atomic_file.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::ordered_json;

/// A double that is written with the few digits of the float, and read back as that float.
double with_short_digits(float value) {
  std::array<char, 32> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  double number = value;
  std::from_chars(digits.data(), end, number);
  return static_cast<float>(number) == value ? number : double{value};
}

Json numbers_to_json(const std::vector<float>& values) {
  Json list = Json::array();
  for (const float value : values) {
    list.push_back(std::isnan(value) ? Json(nullptr) : Json(with_short_digits(value)));
  }
  return list;
}

std::vector<float> numbers_from_json(const Json& list) {
  std::vector<float> values;
  for (const Json& item : list) {
    values.push_back(item.is_null() ? std::numeric_limits<float>::quiet_NaN() : item.get<float>());
  }
  return values;
}

Json to_json(const Affine& affine) {
  return {{"shift", numbers_to_json(affine.shift)},
          {"factor", numbers_to_json(affine.factor)},
          {"fill", numbers_to_json(affine.fill)}};
}

Affine affine_from_json(const Json& json, std::size_t size, const char* what) {
  Affine affine{numbers_from_json(json.at("shift")), numbers_from_json(json.at("factor")),
                numbers_from_json(json.at("fill"))};
  if (affine.shift.size() != size || affine.factor.size() != size || affine.fill.size() != size) {
    throw base::InputError(std::string("'") + what + "' does not have " + std::to_string(size) +
                           " numbers each");
  }
  return affine;
}

Json to_json(const Pipeline& pipeline) {
  Json columns = Json::array();
  for (const Column& column : pipeline.columns) {
    Json json{{"name", column.name}};
    if (!column.categories.empty()) json["categories"] = column.categories;
    columns.push_back(std::move(json));
  }
  Json json{{"task", task_names()[static_cast<std::size_t>(pipeline.task)]},
            {"shape", pipeline.shape},
            {"targets", pipeline.targets},
            {"classes", pipeline.classes},
            {"columns", std::move(columns)},
            {"features", to_json(pipeline.preprocessing.features)},
            {"target_scale", to_json(pipeline.preprocessing.targets)}};
  if (!pipeline.inputs.empty()) json["inputs"] = pipeline.inputs;
  return json;
}

Task task_from(const std::string& name) {
  const auto names = task_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Task>(i);
  }
  throw base::InputError("'task' is '" + name + "', which is unknown");
}

std::vector<model::Selection> inputs_from_json(const Json& lists, std::size_t features) {
  std::vector<model::Selection> inputs;
  for (const Json& list : lists) {
    model::Selection& selection = inputs.emplace_back();
    for (const Json& item : list) {
      if (!item.is_number_unsigned() || item.get<std::uint64_t>() >= features) {
        throw base::InputError("'inputs' does not name features from 0 to " +
                               std::to_string(features - 1));
      }
      selection.push_back(item.get<std::uint32_t>());
    }
  }
  return inputs;
}

Pipeline pipeline_from(const Json& json) {
  Pipeline pipeline;
  pipeline.task = task_from(json.at("task").get<std::string>());
  json.at("shape").get_to(pipeline.shape);
  json.at("targets").get_to(pipeline.targets);
  json.at("classes").get_to(pipeline.classes);
  for (const Json& item : json.at("columns")) {
    Column column{item.at("name").get<std::string>(), {}};
    if (item.contains("categories")) item.at("categories").get_to(column.categories);
    pipeline.columns.push_back(std::move(column));
  }
  const std::size_t features = feature_names(pipeline.columns).size();
  double elements = 1;
  for (const std::int64_t dimension : pipeline.shape) elements *= static_cast<double>(dimension);
  if (elements != static_cast<double>(features)) {
    throw base::InputError("'shape' does not have the " + std::to_string(features) +
                           " elements of 'columns'");
  }
  pipeline.preprocessing.features = affine_from_json(json.at("features"), features, "features");
  const Json& targets = json.at("target_scale");
  pipeline.preprocessing.targets = affine_from_json(
      targets, targets.at("shift").empty() ? 0 : pipeline.targets.size(), "target_scale");
  if (json.contains("inputs")) pipeline.inputs = inputs_from_json(json.at("inputs"), features);
  return pipeline;
}

}  // namespace

Pipeline make_pipeline(const Dataset& data, Preprocessing preprocessing,
                       std::vector<model::Selection> inputs) {
  return {data.task,        data.columns, data.targets,
          data.classes,     data.shape,   std::move(preprocessing),
          std::move(inputs)};
}

void save_pipeline(const Pipeline& pipeline, const std::filesystem::path& file) {
  write_file(file, [&](std::ostream& out) { out << to_json(pipeline).dump(1) << '\n'; });
}

Pipeline load_pipeline(const std::filesystem::path& file) {
  const base::Place place{.file = file.string(), .line = 0, .key = {}};
  std::ifstream in(file);
  if (!in) base::fail(place, std::string("cannot be opened: ") + std::strerror(errno));
  try {
    return pipeline_from(Json::parse(in));
  } catch (const nlohmann::json::exception& error) {
    base::fail(place, std::string("is not a preprocessing file of tune: ") + error.what());
  } catch (const base::InputError& error) {
    base::fail(place, std::string("is not a preprocessing file of tune: ") + error.what());
  }
}

Eigen::MatrixXf read_inputs(const Pipeline& pipeline, const std::filesystem::path& file) {
  const std::vector<float>& fill = pipeline.preprocessing.features.fill;
  if (looks_like_idx(file)) return read_idx_items(file, fill.size());
  std::vector<bool> may_miss;
  for (const float value : fill) may_miss.push_back(!std::isnan(value));
  return read_csv_columns(file, pipeline.columns, may_miss);
}

}  // namespace tune::tuner
