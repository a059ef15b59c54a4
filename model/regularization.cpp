#include "model/regularization.hpp"

#include <algorithm>
#include <cmath>

namespace tune::model {
namespace {

/// l1 sum |w| + l2 sum w^2 in double, on as many partial sums as a register holds.
double penalty_of(std::span<const float> weights, const Regularizer& regularizer) {
  double absolute[kLanes] = {}, squared[kLanes] = {};
  for (std::size_t i = 0; i < weights.size(); i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double w = weights[i + k];
      absolute[k] += std::abs(w);
      squared[k] += w * w;
    }
  }
  double sum = 0;
  for (std::size_t k = 0; k < kLanes; ++k) {
    sum += regularizer.l1 * absolute[k] + regularizer.l2 * squared[k];
  }
  return sum;
}

void add_gradient_of(std::span<const float> weights, const Regularizer& regularizer,
                     float* gradients) {
  const auto l1 = static_cast<float>(regularizer.l1),
             twice = static_cast<float>(2 * regularizer.l2);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const float w = weights[i];
    gradients[i] += twice * w + (w > 0 ? l1 : 0.0f) - (w < 0 ? l1 : 0.0f);
  }
}

/// A few rows at a time, so that their sums fit into registers or the first cache.
constexpr Index kRows = 64;

void constrain_rows(float* weights, Index rows, Index cols, Index stride, float limit) {
  float scale[kRows] = {};
  for (Index c = 0; c < cols; ++c) {
    const float* w = weights + c * stride;
    for (Index i = 0; i < rows; ++i) scale[i] += w[i] * w[i];
  }
  for (Index i = 0; i < rows; ++i) {
    const float norm = std::sqrt(scale[i]);
    scale[i] = std::min(norm, limit) / (norm + 1e-7f);
  }
  for (Index c = 0; c < cols; ++c) {
    float* w = weights + c * stride;
    for (Index i = 0; i < rows; ++i) w[i] *= scale[i];
  }
}

}  // namespace

Regularization::Regularization(const Network& network, const std::vector<bool>& frozen) {
  for (std::size_t n = 0; n < network.nodes().size(); ++n) {
    if (!frozen.empty() && frozen[n]) continue;
    for (const WeightPlace& place : network.nodes()[n].weights) {
      const auto offset = static_cast<std::size_t>(place.offset);
      const WeightSpec& spec = place.spec;
      if (!spec.trainable) continue;
      if (spec.regularizer != Regularizer{}) {
        const auto size = static_cast<std::size_t>(place.stride * place.cols);
        penalized_.push_back({offset, size, spec.regularizer});
      }
      if (spec.max_norm > 0) {
        const auto limit = static_cast<float>(spec.max_norm);
        constrained_.push_back({offset, place.rows, place.cols, place.stride, limit});
      }
    }
  }
}

double Regularization::penalty(std::span<const float> parameters) const {
  double sum = 0;
  for (const auto& [offset, size, regularizer] : penalized_) {
    sum += penalty_of(parameters.subspan(offset, size), regularizer);
  }
  return sum;
}

double Regularization::add_gradient(std::span<const float> parameters,
                                    std::span<float> gradients) const {
  for (const auto& [offset, size, regularizer] : penalized_) {
    add_gradient_of(parameters.subspan(offset, size), regularizer, gradients.data() + offset);
  }
  return penalty(parameters);
}

void Regularization::constrain(std::span<float> parameters) const {
  for (const auto& [offset, rows, cols, stride, limit] : constrained_) {
    for (Index first = 0; first < rows; first += kRows) {
      constrain_rows(parameters.data() + offset + first, std::min(kRows, padded(rows - first)),
                     cols, stride, limit);
    }
  }
}

}  // namespace tune::model
