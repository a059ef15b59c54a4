#include "search/base/rng.hpp"

#include <numeric>
#include <vector>

#include "tests/support/catch.hpp"

using tune::base::Rng;

// The known answers that the authors publish with their reference code (Random123, kat_vectors).
TEST_CASE("philox4x32-10 gives the published answers") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(Rng::philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(Rng::philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(Rng::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("words drawn in bulk are the words drawn one by one") {
  for (const std::size_t skip : {0, 1, 3, 5}) {
    Rng one(7), bulk(7);
    for (std::size_t i = 0; i < skip; ++i) CHECK(one() == bulk());
    std::vector<std::uint32_t> words(517);
    bulk.fill(words);
    for (const std::uint32_t word : words) REQUIRE(word == one());
    CHECK(one() == bulk());
  }
}

TEST_CASE("a child stream depends on the path alone") {
  const Rng root(42);
  Rng drawn = root;
  drawn();
  Rng a = root.split(3).split(5), b = drawn.split(3).split(5);
  CHECK(a() == b());
  CHECK(root.split(3).split(5)() != root.split(5).split(3)());
  CHECK(root.split(0)() != Rng(42)());
}

TEST_CASE("shuffle permutes, and every first item is about equally frequent") {
  std::vector<int> first(10);
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    std::vector<std::uint32_t> items(10);
    std::iota(items.begin(), items.end(), 0u);
    Rng rng(seed);
    rng.shuffle(items);
    ++first[items[0]];
    std::sort(items.begin(), items.end());
    for (std::uint32_t i = 0; i < 10; ++i) REQUIRE(items[i] == i);
  }
  // 1000 expected each, standard deviation 30.
  for (const int count : first) CHECK(std::abs(count - 1000) < 150);
}

TEST_CASE("below stays below and uniform stays in [0, 1)") {
  Rng rng(1);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    REQUIRE(rng.below(7) < 7);
    const double u = rng.uniform();
    REQUIRE((u >= 0 && u < 1));
    sum += u;
  }
  CHECK(sum / 10000 == Approx(0.5).margin(0.015));
}
