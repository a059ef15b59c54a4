#include "model/layers/mask.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace tune::model {

void draw_mask(base::Rng rng, double rate, float kept, const Block& mask, Index samples) {
  const auto threshold = static_cast<std::int32_t>(std::lround(rate * 0x1p16));
  // Whole chunks are several times faster to draw than the few words of a narrow layer's sample.
  std::array<std::uint32_t, 1024> words;
  constexpr Index kChunk = 2 * words.size();
  std::array<std::uint16_t, kChunk> draws;
  Index left = mask.rows * samples, next = kChunk;
  for (Index s = 0; s < samples; ++s) {
    float* to = mask.sample(s);
    for (Index row = 0; row < mask.rows;) {
      if (next == kChunk) {
        const auto needed = static_cast<std::size_t>((std::min(kChunk, left) + 1) / 2);
        rng.fill(std::span(words).first(needed));
        std::memcpy(draws.data(), words.data(), needed * sizeof(words[0]));
        next = 0;
      }
      const Index count = std::min(mask.rows - row, kChunk - next);
      const std::uint16_t* from = draws.data() + next;
      for (Index i = 0; i < count; ++i) to[row + i] = from[i] < threshold ? 0.0f : kept;
      row += count;
      next += count;
      left -= count;
    }
  }
}

}  // namespace tune::model
