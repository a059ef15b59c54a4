#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <vector>

namespace tune::tests {

/// [samples][features] as features x samples.
inline Eigen::MatrixXf matrix(const nlohmann::json& rows) {
  Eigen::MatrixXf matrix(rows.at(0).size(), rows.size());
  for (std::size_t s = 0; s < rows.size(); ++s) {
    for (std::size_t i = 0; i < rows[s].size(); ++i) {
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(s)) = rows[s][i];
    }
  }
  return matrix;
}

/// A weight of one or two axes as a model takes it: the last axis changes fastest.
inline std::vector<float> flat(const nlohmann::json& weight) {
  if (!weight.at(0).is_array()) return weight;
  const Eigen::MatrixXf values = matrix(weight);
  return {values.reshaped().begin(), values.reshaped().end()};
}

}  // namespace tune::tests
