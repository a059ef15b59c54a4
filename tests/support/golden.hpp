#pragma once

#include <Eigen/Core>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "search/base/reader.hpp"

// Reading the values of tests/golden/*.json.

namespace tune::tests {

using Json = nlohmann::json;

/// The content of tests/golden/NAME.json.
inline Json golden_file(const std::string& name) {
  return Json::parse(std::ifstream(TUNE_SOURCE_DIR "/tests/golden/" + name + ".json"));
}

/// Nested lists, the last axis changing fastest; "inf" and "nan" are texts.
inline std::vector<float> flat(const Json& values) {
  if (values.is_string()) return {std::stof(values.get<std::string>())};
  if (!values.is_array()) return {values.get<float>()};
  std::vector<float> all;
  for (const Json& row : values) {
    const std::vector<float> part = flat(row);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

/// A list of samples as features x samples.
inline Eigen::MatrixXf matrix(const Json& samples) {
  const std::vector<float> values = flat(samples);
  const auto cols = static_cast<Eigen::Index>(samples.size());
  return Eigen::Map<const Eigen::MatrixXf>(values.data(),
                                           static_cast<Eigen::Index>(values.size()) / cols, cols);
}

/// Options of Keras as ours.
inline base::Configuration configuration(const Json& options) {
  base::Configuration all;
  for (const auto& [name, value] : options.items()) {
    if (value.is_boolean()) {
      all[name] = std::string(value.get<bool>() ? "yes" : "no");
    } else if (value.is_number_integer()) {
      all[name] = value.get<std::int64_t>();
    } else if (value.is_number()) {
      all[name] = value.get<double>();
    } else {
      all[name] = value.get<std::string>();
    }
  }
  return all;
}

/// What a row of a registry makes of such options.
template <class Registry>
auto make(const Registry& registry, const std::string& name, const base::Configuration& options) {
  const auto& row = registry.at(name);
  const base::Reader reader(options, row.keys);
  reader.check();
  return row.make(reader);
}

}  // namespace tune::tests
