#pragma once

#include "model/tensor.hpp"

namespace tune::model {

/// The sum of value(i) for i < n, in double. Its order depends on n alone: from eight numbers on
/// there are eight sums side by side, which run on vector registers.
template <class Value>
double sum_of(Index n, Value value) {
  constexpr Index kSums = 8;
  double sum = 0;
  Index i = 0;
  if (n >= kSums) {
    double sums[kSums] = {};
    for (; i + kSums <= n; i += kSums) {
      for (Index k = 0; k < kSums; ++k) sums[k] += static_cast<double>(value(i + k));
    }
    sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  }
  for (; i < n; ++i) sum += static_cast<double>(value(i));
  return sum;
}

}  // namespace tune::model
