#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>

namespace tune::base {

/// A counter-based random engine: Philox4x32-10 of Salmon et al., "Parallel random numbers: as
/// easy as 1, 2, 3" (SC 2011). A draw depends only on the seed, the path of tags that led here and
/// the position, so that any thread or machine can draw the same numbers without a shared state.
///
/// It is a uniform random bit generator: Boost.Random's distributions run on it (those of std::
/// differ between standard libraries). Copies are cheap and independent; one object is not shared
/// between threads.
class Rng {
 public:
  using result_type = std::uint32_t;

  explicit Rng(std::uint64_t seed = 0) : key_(seed) {}

  /// An independent child stream; it depends on this stream's key and the tag, not on the position.
  Rng split(std::uint64_t tag) const;

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  /// Uniform in [0, n) for n >= 1, without bias (Lemire 2019).
  std::uint32_t below(std::uint32_t n);
  /// The next words of the stream, as operator() would give them one by one, but several times
  /// faster in bulk.
  void fill(std::span<std::uint32_t> words);

  /// Fisher-Yates: every order is equally likely.
  void shuffle(std::span<std::uint32_t> items);

  /// The block function, for its known answers: ten rounds over a counter under a key.
  static std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                             std::array<std::uint32_t, 2> key);

 private:
  std::uint64_t key_;
  std::uint64_t block_ = 0;  ///< number of the next block of four words
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 4;  ///< words of `words_` already given
};

// Tags of the streams that hang under a study's seed; their numbers are part of every result.
namespace stream {
inline constexpr std::uint64_t data = 1;     ///< generated data, held-out rows, folds
inline constexpr std::uint64_t ask = 2;      ///< a strategy's draws, split by trial
inline constexpr std::uint64_t fit = 3;      ///< training, split by fold and repeat
inline constexpr std::uint64_t weights = 4;  ///< of a fit: initial weights
inline constexpr std::uint64_t batches = 5;  ///< of a fit: order of the rows, split by epoch
inline constexpr std::uint64_t noise = 6;    ///< of a fit: dropout and the like, split by epoch
}  // namespace stream

}  // namespace tune::base
