#pragma once

#include <string>
#include <vector>

namespace tune::model {

struct SummaryColumn {
  enum class Align { left, right, center };

  std::string header;
  Align align;
  double end;  ///< where it ends, as a share of the line
};

using SummaryRow = std::vector<std::string>;

/// A table with one cell a column in each row, as rich.table draws it for Keras, `line_length`
/// characters wide. Cells are broken at spaces; a word that is too long is cut. Throws InputError
/// if there is no room for a column.
std::string draw_table(const std::vector<SummaryColumn>& columns,
                       const std::vector<SummaryRow>& rows, int line_length);

}  // namespace tune::model
