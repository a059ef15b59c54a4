#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tune::tuner {

/// What is known of a CSV file after a look at its start.
struct CsvFile {
  struct Column {
    std::string name;   ///< column1, column2, ... where the file has no header or an empty cell
    bool text = false;  ///< most of its first cells are no numbers
  };

  std::filesystem::path path;
  char delimiter = ',';
  bool header = true;
  std::vector<Column> columns;

  std::vector<std::string> names() const;
};

/// Looks at the first 1000 rows. `delimiter` is comma, semicolon, tab, pipe or auto (the one that
/// the first row has most of), `header` yes, no or auto (there is one unless a cell of the first
/// row is a number). Throws InputError for an empty file and for two columns of one name.
CsvFile inspect_csv(const std::filesystem::path& path, std::string_view delimiter = "auto",
                    std::string_view header = "auto");

}  // namespace tune::tuner
