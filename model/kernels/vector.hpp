#pragma once

#include <cstddef>
#include <cstdint>

namespace tune::model {

using Index = std::ptrdiff_t;

/// Zen 3 and 4 (g++ 12 takes one for the other) do as many multiplications a cycle with registers
/// of 8 floats as of 16, and 8 leave less padding: 8-100-100-100-1 trains 8 % faster.
#if defined(TUNE_LANES)
#elif defined(__AVX512F__) && !defined(__znver3__) && !defined(__znver4__)
#define TUNE_LANES 16
#else
#define TUNE_LANES 8
#endif

/// Floats of the vector registers that the kernels use. Blocks of memory are padded to whole
/// registers, so that no kernel has a remainder loop.
inline constexpr Index kLanes = TUNE_LANES;

/// The next multiple of kLanes.
constexpr Index padded(Index n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

/// Distance, in floats, between the columns of a matrix with so many rows. Columns start on whole
/// registers; from one cache set's worth on they are an odd number of cache lines apart, since
/// columns a power of two apart would all fall into the same few sets of the cache.
constexpr Index column_stride(Index rows) {
  if (rows < 64) return padded(rows);
  const Index lines = (rows + 15) / 16;
  return 16 * (lines | 1);
}

}  // namespace tune::model
