#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tune::tuner {

/// One column of a table on a terminal.
struct TableColumn {
  std::string header;
  std::vector<std::string> cells;
  bool numeric = true;  ///< aligned to the right and never cut, otherwise to the left
  int expendable = 0;   ///< when there is no room, the highest goes first; 0: never goes
};

struct Layout {
  std::string text;                  ///< header, rule and one line a row
  std::vector<std::string> dropped;  ///< headers of the columns without room, the last one first
};

/// Puts columns side by side in at most `width` columns of the terminal (0: no limit). Headers are
/// broken (learning_ / rate) and cells of text cut before a column goes. If those that never go are
/// wider, so is the table.
Layout lay_out(std::vector<TableColumn> columns, std::size_t width);

/// Pads numbers so that their decimal points are one below the other and all are equally wide.
void align_points(std::vector<std::string>& numbers);

}  // namespace tune::tuner
