#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "tuner/data/csv_file.hpp"

namespace tune::tuner {

/// What the cells of one column of a CSV look like.
struct ColumnProfile {
  std::string name;
  bool text = false;         ///< read as text, whatever some cells are
  std::size_t missing = 0;   ///< cells
  std::size_t distinct = 0;  ///< texts of cells that are not missing, kMostDistinct at the most
  std::size_t rarest = 0;    ///< cells of the rarest of them
  double largest = 0;        ///< of the numbers, their signs aside
  bool whole = true;         ///< all numbers are integers
  bool counts = true;        ///< numbers go up by one from row to row
  std::string bad;           ///< a cell that is no finite number where most are; empty: none
  int bad_line = 0;          ///< where that is

  static constexpr std::size_t kMostDistinct = 10'000;
};

struct CsvProfile {
  CsvFile file;
  std::size_t rows = 0;
  std::vector<ColumnProfile> columns;
};

/// Reads a whole CSV file, its delimiter and header guessed. Rows that are too short or too long
/// are for who loads the data to refuse. Throws as inspect_csv does.
CsvProfile profile_csv(const std::filesystem::path& file);

}  // namespace tune::tuner
