#include "model/arrays.hpp"

#include <numeric>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

void check(std::size_t samples, const char* what, std::size_t found) {
  if (found == samples) return;
  throw base::InputError("x has " + std::to_string(samples) + " samples, " + what + " has " +
                         std::to_string(found));
}

}  // namespace

Arrays::Arrays(const Matrices& x, const Matrices& y, const Weights& sample_weights)
    : weights_(sample_weights) {
  if (x.empty()) throw base::InputError("x has no matrices");
  const auto samples = static_cast<std::size_t>(x.front().get().cols());
  for (const Eigen::MatrixXf& matrix : x) {
    check(samples, "another matrix of it", static_cast<std::size_t>(matrix.cols()));
    inputs_.emplace_back(matrix);
  }
  for (const Eigen::MatrixXf& matrix : y) {
    check(samples, "y", static_cast<std::size_t>(matrix.cols()));
    targets_.emplace_back(matrix);
  }
  for (const std::span<const float> weights : weights_) {
    if (!weights.empty()) check(samples, "sample_weight", weights.size());
  }
  rows_.resize(samples);
  std::iota(rows_.begin(), rows_.end(), 0u);
}

Arrays::operator Samples() const {
  Samples samples{.inputs = inputs_, .targets = targets_, .rows = rows_};
  for (const std::span<const float> weights : weights_) {
    samples.weights.push_back(weights.empty() ? nullptr : weights.data());
  }
  return samples;
}

}  // namespace tune::model
