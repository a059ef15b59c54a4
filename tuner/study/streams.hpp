#pragma once

#include <cstdint>

namespace tune::tuner::streams {

// Streams of a study's seed, beside those of base::stream.

inline constexpr std::uint64_t importance = 1000;  ///< the forest that says what matters
inline constexpr std::uint64_t ending = 1001;      ///< what is to be expected of further trials
inline constexpr std::uint64_t sample = 1002;      ///< trials to be verified

}  // namespace tune::tuner::streams
