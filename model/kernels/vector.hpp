#pragma once

#include <cstddef>
#include <cstdint>

namespace tune::model {

using Index = std::ptrdiff_t;

/// Floats of one vector register of the build's instruction set. Blocks of memory are padded to
/// whole registers, so that no kernel has a remainder loop.
#if defined(__AVX512F__)
inline constexpr Index kLanes = 16;
#else
inline constexpr Index kLanes = 8;
#endif

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
