#include "search/base/rng.hpp"

#include <algorithm>
#include <vector>

namespace tune::base {
namespace {

constexpr std::uint32_t kMul0 = 0xD2511F53, kMul1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

// The upper counter words tell the uses of one key apart.
constexpr std::uint32_t kDraw = 0, kSplit = 1;

/// `lanes` consecutive blocks at once, laid out so that compilers vectorise the rounds.
constexpr int kLanes = 16;
void philox_lanes(std::uint64_t first, std::uint64_t key, std::uint32_t* out) {
  std::uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
  for (int i = 0; i < kLanes; ++i) {
    c0[i] = static_cast<std::uint32_t>(first + i);
    c1[i] = static_cast<std::uint32_t>((first + i) >> 32);
    c2[i] = kDraw;
    c3[i] = 0;
  }
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kLanes; ++i) {
      const std::uint64_t p0 = std::uint64_t{kMul0} * c0[i], p1 = std::uint64_t{kMul1} * c2[i];
      const auto hi0 = static_cast<std::uint32_t>(p0 >> 32),
                 hi1 = static_cast<std::uint32_t>(p1 >> 32);
      c0[i] = hi1 ^ c1[i] ^ k0;
      c2[i] = hi0 ^ c3[i] ^ k1;
      c1[i] = static_cast<std::uint32_t>(p1);
      c3[i] = static_cast<std::uint32_t>(p0);
    }
    k0 += kWeyl0;
    k1 += kWeyl1;
  }
  for (int i = 0; i < kLanes; ++i) {
    out[4 * i] = c0[i];
    out[4 * i + 1] = c1[i];
    out[4 * i + 2] = c2[i];
    out[4 * i + 3] = c3[i];
  }
}

}  // namespace

std::array<std::uint32_t, 4> Rng::philox(std::array<std::uint32_t, 4> c,
                                         std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{kMul0} * c[0], p1 = std::uint64_t{kMul1} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k[0] += kWeyl0;
    k[1] += kWeyl1;
  }
  return c;
}

Rng Rng::split(std::uint64_t tag) const {
  const auto words =
      philox({static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32), kSplit, 0},
             {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)});
  return Rng(words[0] | std::uint64_t{words[1]} << 32);
}

Rng::result_type Rng::operator()() {
  if (used_ == 4) {
    words_ = philox(
        {static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32), kDraw, 0},
        {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)});
    ++block_;
    used_ = 0;
  }
  return words_[used_++];
}

double Rng::uniform() {
  const std::uint64_t high = (*this)() >> 5, low = (*this)() >> 6;
  return static_cast<double>(high << 26 | low) * 0x1p-53;
}

std::uint32_t Rng::below(std::uint32_t n) {
  std::uint64_t product = std::uint64_t{(*this)()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = -n % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{(*this)()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

void Rng::fill(std::span<std::uint32_t> words) {
  std::size_t i = 0;
  while (i < words.size() && used_ < 4) words[i++] = words_[used_++];
  for (; words.size() - i >= 4 * kLanes; i += 4 * kLanes, block_ += kLanes) {
    philox_lanes(block_, key_, words.data() + i);
  }
  while (i < words.size()) words[i++] = (*this)();
}

void Rng::shuffle(std::span<std::uint32_t> items) {
  if (items.size() < 2) return;
  // Words are drawn in blocks; below() takes over where a word must be rejected.
  std::array<std::uint32_t, 1024> words;
  for (std::size_t left = items.size(); left > 1;) {
    const std::size_t count = std::min(words.size(), left - 1);
    fill(std::span(words).first(count));
    for (std::size_t i = 0; i < count; ++i, --left) {
      const auto n = static_cast<std::uint32_t>(left);
      const std::uint64_t product = std::uint64_t{words[i]} * n;
      std::uint32_t pick = static_cast<std::uint32_t>(product >> 32);
      if (static_cast<std::uint32_t>(product) < n && static_cast<std::uint32_t>(product) < -n % n)
        pick = below(n);
      std::swap(items[left - 1], items[pick]);
    }
  }
}

}  // namespace tune::base
