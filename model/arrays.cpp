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

Arrays::Arrays(const Matrices& x, const Matrices& y, std::span<const float> sample_weight)
    : weights_(sample_weight) {
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
  if (!sample_weight.empty()) check(samples, "sample_weight", sample_weight.size());
  rows_.resize(samples);
  std::iota(rows_.begin(), rows_.end(), 0u);
}

Arrays::operator Samples() const {
  return {.inputs = inputs_,
          .targets = targets_,
          .weights = weights_.empty() ? nullptr : weights_.data(),
          .rows = rows_};
}

}  // namespace tune::model
