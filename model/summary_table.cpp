#include "model/summary_table.hpp"

#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Characters of a text in UTF-8.
int length(const std::string& text) {
  return static_cast<int>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The lines of a cell: broken at spaces, and cut where a word is too long.
std::vector<std::string> wrap(const std::string& text, int width) {
  std::vector<std::string> lines(1);
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    start = end + 1;
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (length(line) + 1 + length(word) <= width) {
      line += ' ' + word;
    } else {
      lines.push_back(word);
    }
  }
  for (std::string& line : lines) {
    if (length(line) <= width) continue;
    while (length(line) >= width) line.pop_back();
    line += "…";
  }
  return lines;
}

/// A column of a line of known length.
struct Column {
  SummaryColumn::Align align;
  int width;
};

std::string aligned(const std::string& line, const Column& column) {
  const int space = column.width - length(line);
  const int left = column.align == SummaryColumn::Align::left    ? 0
                   : column.align == SummaryColumn::Align::right ? space
                                                                 : space / 2;
  return std::string(static_cast<std::size_t>(left), ' ') + line +
         std::string(static_cast<std::size_t>(space - left), ' ');
}

/// Keras's shares of the line, from which rich takes away evenly what borders and padding need.
std::vector<Column> with_widths(const std::vector<SummaryColumn>& columns, int line_length) {
  std::vector<Column> sized;
  int end = 0, too_much = 1 - line_length;
  for (const SummaryColumn& column : columns) {
    const int width = static_cast<int>(column.end * line_length) - end;
    sized.push_back({column.align, width});
    end += width;
    too_much += width + 3;
  }
  auto left = static_cast<double>(columns.size());
  for (Column& column : sized) {
    const int share = static_cast<int>(std::nearbyint(too_much / left--));
    column.width -= share;
    too_much -= share;
    if (column.width < 1) throw base::InputError("summary: the line is too short for the table");
  }
  return sized;
}

/// A horizontal line of the table.
std::string rule(const std::vector<Column>& columns, const char* left, const char* line,
                 const char* between, const char* right) {
  std::string text;
  for (const Column& column : columns) {
    text += text.empty() ? left : between;
    for (int i = 0; i < column.width + 2; ++i) text += line;
  }
  return text + right + '\n';
}

std::string cells(const std::vector<Column>& columns, const SummaryRow& row, const char* border) {
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    lines.push_back(wrap(row[i], columns[i].width));
    height = std::max(height, lines.back().size());
  }
  std::string text;
  for (std::size_t k = 0; k < height; ++k) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      text += border + (" " + aligned(k < lines[i].size() ? lines[i][k] : "", columns[i]) + " ");
    }
    text += std::string(border) + '\n';
  }
  return text;
}

}  // namespace

std::string draw_table(const std::vector<SummaryColumn>& columns,
                       const std::vector<SummaryRow>& rows, int line_length) {
  const std::vector<Column> sized = with_widths(columns, line_length);
  SummaryRow header;
  for (const SummaryColumn& column : columns) header.push_back(column.header);
  std::string text =
      rule(sized, "┏", "━", "┳", "┓") + cells(sized, header, "┃") + rule(sized, "┡", "━", "╇", "┩");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) text += rule(sized, "├", "─", "┼", "┤");
    text += cells(sized, rows[i], "│");
  }
  return text + rule(sized, "└", "─", "┴", "┘");
}

}  // namespace tune::model
