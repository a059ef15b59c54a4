#include "model/kernels/narrow.hpp"

#include "model/kernels/simd.hpp"

namespace tune::model::kernel {
namespace {

/// Samples that are summed up side by side, to hide the latency of the additions.
constexpr Index kTogether = 8;

/// The sum of the lanes, halves added to halves.
float sum_of_lanes(Vector v) {
#if TUNE_LANES == 16
  const auto eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  const Vector eight = v;
#endif
  const auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) +
                    __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  const auto two =
      __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
  return two[0] + two[1];
}

/// kCount samples' products with one unit's weights.
template <Index kCount>
void dots(Index k, const float* w, const float* x, Index ldx, float bias, float* out, Index ldo) {
  Vector sum[kCount] = {};
  for (Index i = 0; i < k; i += kLanes) {
    const Vector weights = load(w + i);
    for (Index s = 0; s < kCount; ++s) sum[s] += weights * load(x + s * ldx + i);
  }
  for (Index s = 0; s < kCount; ++s) out[s * ldo] = bias + sum_of_lanes(sum[s]);
}

}  // namespace

void narrow_forward(Index units, Index k, Index samples, const float* weights, Index ldw,
                    const float* x, Index ldx, const float* bias, float* out, Index ldo) {
  for (Index u = 0; u < units; ++u) {
    const float* w = weights + u * ldw;
    const float b = bias == nullptr ? 0.0f : bias[u];
    Index s = 0;
    for (; s + kTogether <= samples; s += kTogether) {
      dots<kTogether>(k, w, x + s * ldx, ldx, b, out + s * ldo + u, ldo);
    }
    for (; s < samples; ++s) dots<1>(k, w, x + s * ldx, ldx, b, out + s * ldo + u, ldo);
  }
}

void narrow_weight_gradient(Index units, Index k, Index samples, const float* delta, Index ldd,
                            const float* x, Index ldx, float* gradient, Index ldg) {
  constexpr Index kWide = 4;  // registers of inputs that are summed up at once
  for (Index u = 0; u < units; ++u) {
    const float* d = delta + u;
    for (Index i = 0; i < k; i += kWide * kLanes) {
      const Index vectors = (k - i + kLanes - 1) / kLanes;
      Vector sum[kWide] = {};
      if (vectors >= kWide) {
        for (Index s = 0; s < samples; ++s) {
          const Vector slope = broadcast(d[s * ldd]);
          for (Index v = 0; v < kWide; ++v) sum[v] += slope * load(x + s * ldx + i + v * kLanes);
        }
      } else {
        for (Index v = 0; v < vectors; ++v) {
          const float* from = x + i + v * kLanes;
          for (Index s = 0; s < samples; ++s)
            sum[v] += broadcast(d[s * ldd]) * load(from + s * ldx);
        }
      }
      for (Index v = 0; v < kWide && v < vectors; ++v) {
        store(gradient + u * ldg + i + v * kLanes, sum[v]);
      }
    }
  }
}

void narrow_input_gradient(Index units, Index k, Index samples, const float* weights, Index ldw,
                           const float* delta, Index ldd, float* back, Index ldb) {
  for (Index s = 0; s < samples; ++s) {
    const float* d = delta + s * ldd;
    for (Index i = 0; i < k; i += kLanes) {
      Vector sum = broadcast(d[0]) * load(weights + i);
      for (Index u = 1; u < units; ++u) sum += broadcast(d[u]) * load(weights + u * ldw + i);
      store(back + s * ldb + i, sum);
    }
  }
}

}  // namespace tune::model::kernel
