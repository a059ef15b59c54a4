#include "search/sobol_sequence.hpp"

#include <bit>
#include <boost/random/sobol.hpp>
#include <stdexcept>

namespace tune::search {
namespace {

/// Owen's scrambling of one coordinate: each bit is flipped or not by a draw that belongs to the
/// bits above it.
std::uint32_t scramble(std::uint32_t bits, std::uint64_t key) {
  std::uint32_t flips = 0;
  for (int level = 0; level < 32; ++level) {
    // A leading 1 tells prefixes of different lengths apart.
    const std::uint64_t prefix = (std::uint64_t{1} << 32 | bits) >> (32 - level);
    const auto words = base::Rng::philox(
        {static_cast<std::uint32_t>(prefix), static_cast<std::uint32_t>(prefix >> 32), 0, 0},
        {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)});
    flips = flips << 1 | (words[0] & 1);
  }
  return bits ^ flips;
}

}  // namespace

SobolSequence::SobolSequence(std::size_t dimensions) : dimensions_(dimensions) {
  if (dimensions > kMostDimensions) throw std::logic_error("more dimensions than the table has");
  if (dimensions == 0) return;
  boost::random::sobol_engine<std::uint32_t, kBits> engine(dimensions);
  for (std::size_t bit = 0; bit < kBits; ++bit) {
    // The Gray code of 2^(bit+1) - 1 is 2^bit: this point is a row of direction numbers. The engine
    // counts from point 1.
    engine.seed(static_cast<std::uint32_t>((std::uint64_t{2} << bit) - 2));
    for (std::size_t i = 0; i < dimensions; ++i) directions_.push_back(engine());
  }
}

void SobolSequence::raw(std::uint32_t index, std::span<std::uint32_t> point) const {
  for (std::size_t i = 0; i < dimensions_; ++i) point[i] = 0;
  for (std::uint32_t gray = index ^ index >> 1; gray != 0; gray &= gray - 1) {
    const auto row = static_cast<std::size_t>(std::countr_zero(gray)) * dimensions_;
    for (std::size_t i = 0; i < dimensions_; ++i) point[i] ^= directions_[row + i];
  }
}

void SobolSequence::scrambled(std::uint32_t index, const base::Rng& rng,
                              std::span<double> point) const {
  std::vector<std::uint32_t> bits(dimensions_);
  raw(index, bits);
  for (std::size_t i = 0; i < dimensions_; ++i) {
    base::Rng stream = rng.split(i);
    const std::uint64_t key = stream() | std::uint64_t{stream()} << 32;
    // Below 2^-32 all bits are fair and independent.
    base::Rng rest = stream.split(index);
    point[i] = (scramble(bits[i], key) + rest.uniform()) * 0x1p-32;
  }
}

}  // namespace tune::search
