#pragma once

namespace tune::model {

/// keras.backend.epsilon(): probabilities are kept that far from 0 and 1.
inline constexpr float kLeastProbability = 1e-7f, kLargestProbability = 1 - 1e-7f;

/// NaN stays NaN.
inline float clipped(float p) {
  if (p < kLeastProbability) return kLeastProbability;
  return p > kLargestProbability ? kLargestProbability : p;
}

/// Where it is, a loss does not change with p: its gradient is zero, as Keras's.
inline bool is_clipped(float p) {
  return p < kLeastProbability || p > kLargestProbability;
}

}  // namespace tune::model
