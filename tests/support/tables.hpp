#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <numeric>
#include <vector>

#include "model/samples.hpp"
#include "search/base/rng.hpp"

namespace tune::tests {

/// Uniform in (-scale, scale).
inline Eigen::MatrixXf random_matrix(Eigen::Index rows, Eigen::Index cols, base::Rng rng,
                                     float scale = 1) {
  return Eigen::MatrixXf::NullaryExpr(
      rows, cols, [&] { return scale * static_cast<float>(2 * rng.uniform() - 1); });
}

inline std::vector<std::uint32_t> first_rows(Eigen::Index count) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

/// A small data set that owns what Samples only look at: one input, one target.
struct Table {
  Table(Eigen::MatrixXf features, Eigen::MatrixXf targets)
      : x(std::move(features)), y(std::move(targets)), rows(first_rows(x.cols())) {}

  model::Samples samples() const {
    return {.inputs = {model::Columns(x)},
            .targets = {model::Columns(y)},
            .weights = {weights.empty() ? nullptr : weights.data()},
            .rows = rows};
  }

  Eigen::MatrixXf x, y;             ///< features x samples, targets x samples
  std::vector<float> weights;       ///< empty: all alike
  std::vector<std::uint32_t> rows;  ///< those that belong
};

}  // namespace tune::tests
