#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search/base/rng.hpp"

namespace tune::search {

/// The Sobol sequence with the direction numbers of Joe and Kuo, "Constructing Sobol sequences with
/// better two-dimensional projections" (SIAM J. Sci. Comput. 30, 2008): any 2^m points that start
/// at a multiple of 2^m have exactly one in each of 2^m equal intervals of each coordinate.
/// Immutable; safe to read from many threads.
class SobolSequence {
 public:
  static constexpr std::size_t kMostDimensions = 3667;

  /// Throws std::logic_error beyond kMostDimensions.
  explicit SobolSequence(std::size_t dimensions);

  /// Point `index`, in the order of its Gray code, in units of 2^-32.
  void raw(std::uint32_t index, std::span<std::uint32_t> point) const;

  /// The point scrambled as in Owen, "Randomly permuted (t,m,s)-nets" (1995): each point alone is
  /// uniform in [0, 1)^d, and they keep their intervals. The same stream must be given for all
  /// points of a sequence.
  void scrambled(std::uint32_t index, const base::Rng& rng, std::span<double> point) const;

 private:
  static constexpr std::size_t kBits = 32;

  std::size_t dimensions_;
  std::vector<std::uint32_t>
      directions_;  ///< kBits rows, from the highest bit, a number a dimension
};

}  // namespace tune::search
