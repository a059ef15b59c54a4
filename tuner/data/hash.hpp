#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace tune::tuner {

/// A hash of 128 bits, not cryptographic: four lanes that each take every fourth word, so that the
/// multiplications overlap. Each step is a bijection of its lane: no word is lost.
class Hash {
 public:
  void add(const void* bytes, std::size_t size) {
    add_word(size);
    const auto* at = static_cast<const char*>(bytes);
    for (; size >= 32; size -= 32, at += 32) {
      std::array<std::uint64_t, 4> words;
      std::memcpy(words.data(), at, 32);
      for (std::size_t lane = 0; lane < 4; ++lane) step(lane, words[lane]);
    }
    for (; size > 0;) {
      const std::size_t count = size < 8 ? size : 8;
      std::uint64_t word = 0;
      std::memcpy(&word, at, count);
      add_word(word);
      at += count;
      size -= count;
    }
  }

  template <class Items>
  void add_items(const Items& items) {
    add(items.data(), static_cast<std::size_t>(items.size()) * sizeof(*items.data()));
  }

  void add_texts(const std::vector<std::string>& texts) {
    add_word(texts.size());
    for (const std::string& text : texts) add_items(text);
  }

  void add_word(std::uint64_t word) { step(next_++ % 4, word); }

  std::string text() const {
    std::uint64_t low = 0, high = 0;
    for (std::size_t lane = 0; lane < 4; ++lane) {
      low = mix(low + lanes_[lane]);
      high = mix(high ^ mix(lanes_[3 - lane] + 1));
    }
    std::string text;
    for (const std::uint64_t word : {high, low}) {
      for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
    }
    return text;
  }

 private:
  void step(std::size_t lane, std::uint64_t word) {
    lanes_[lane] = std::rotl((lanes_[lane] ^ word) * 0x9E3779B97F4A7C15u, 29) + lane;
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }

  std::array<std::uint64_t, 4> lanes_{1, 2, 3, 4};
  std::size_t next_ = 0;
};

}  // namespace tune::tuner
