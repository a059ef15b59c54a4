// benchmark_book_split FILE.csv: writes the rows of a CSV in the order of the book's split, with a
// column `part` (train, valid, test).
//
// "Hands-On Machine Learning" calls scikit-learn's train_test_split(random_state=42) twice: the
// test rows are the first quarter of a permutation of all rows, the validation rows the first
// quarter of a permutation of the others. The permutation is numpy's RandomState(42).permutation: a
// Fisher-Yates shuffle from the end, by the Mersenne Twister that std::mt19937 is, too.
#include <cstdint>
#include <fstream>
#include <iostream>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using Indices = std::vector<std::size_t>;

/// From 0 to `high`: bits that reach up to it, drawn again until they do not exceed it.
std::uint32_t draw(std::mt19937& generator, std::uint32_t high) {
  std::uint32_t mask = high;
  for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  std::uint32_t value;
  do value = static_cast<std::uint32_t>(generator()) & mask;
  while (value > high);
  return value;
}

/// train_test_split(rows, random_state=42): the rows of train and of test.
std::pair<Indices, Indices> split(const Indices& rows) {
  std::mt19937 generator(42);
  Indices shuffled = rows;
  for (std::size_t i = rows.size() - 1; i > 0; --i) {
    std::swap(shuffled[i], shuffled[draw(generator, static_cast<std::uint32_t>(i))]);
  }
  const auto test = shuffled.begin() + static_cast<std::ptrdiff_t>((rows.size() + 3) / 4);
  return {Indices(test, shuffled.end()), Indices(shuffled.begin(), test)};
}

}  // namespace

int main(int argc, char** argv) {
  std::ifstream file(argc == 2 ? argv[1] : "");
  std::string header;
  if (!std::getline(file, header)) {
    std::cerr << "usage: benchmark_book_split FILE.csv\n";
    return 2;
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  if (lines.size() < 8) {
    std::cerr << argv[1] << ": too few rows to split\n";
    return 2;
  }

  Indices all(lines.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto [full, test] = split(all);
  const auto [train, valid] = split(full);
  std::cout << header << ",part\n";
  for (const std::size_t row : train) std::cout << lines[row] << ",train\n";
  for (const std::size_t row : valid) std::cout << lines[row] << ",valid\n";
  for (const std::size_t row : test) std::cout << lines[row] << ",test\n";
}
