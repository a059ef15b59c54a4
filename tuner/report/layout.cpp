#include "tuner/report/layout.hpp"

#include <algorithm>
#include <cstdint>

#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastText = 8, kLeastHeader = 10;  ///< what is cut keeps so many columns

/// "learning_rate" in the pieces "learning_" and "rate", between which it may be broken.
std::vector<std::string> pieces(const std::string& header) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start < header.size();) {
    const std::size_t end = std::min(header.find_first_of("_ ", start), header.size() - 1) + 1;
    parts.push_back(header.substr(start, end - start));
    start = end;
  }
  return parts;
}

/// A header on lines of so many columns.
std::vector<std::string> broken(const std::string& header, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& piece : pieces(header)) {
    if (lines.empty() || display_width(lines.back() + piece) > width) lines.emplace_back();
    lines.back() += piece;
  }
  for (std::string& line : lines) line = elided(line, width);
  return lines;
}

std::size_t widest(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, display_width(text));
  return width;
}

/// How wide a column is, and may become.
struct Extent {
  std::size_t width, least;
};

Extent extent(const TableColumn& column) {
  const std::size_t cells = widest(column.cells);
  const std::size_t least_cells = column.numeric ? cells : std::min(cells, kLeastText);
  const std::size_t least_header = std::min(widest(pieces(column.header)), kLeastHeader);
  return {std::max(cells, display_width(column.header)), std::max(least_cells, least_header)};
}

/// Widths with which the columns fit, the widest cut first; empty if they cannot.
std::vector<std::size_t> fit(const std::vector<TableColumn>& columns, std::size_t limit) {
  std::vector<std::size_t> widths, least;
  std::size_t total = kGap * (columns.size() - 1), smallest = total;
  for (const TableColumn& column : columns) {
    const Extent size = extent(column);
    widths.push_back(size.width);
    least.push_back(size.least);
    total += size.width;
    smallest += size.least;
  }
  if (smallest > limit) return {};
  for (; total > limit; --total) {
    std::size_t most = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] == least[i]) continue;
      if (most == columns.size() || widths[i] > widths[most]) most = i;
    }
    --widths[most];
  }
  return widths;
}

std::string cell_text(const std::string& text, const TableColumn& column, std::size_t width) {
  const std::string cut = elided(text, width);
  return column.numeric ? right_aligned(cut, width) : left_aligned(cut, width);
}

template <class Cell>
void add_line(std::string& text, std::size_t columns, Cell cell) {
  std::string line;
  for (std::size_t i = 0; i < columns; ++i) line += (i == 0 ? "" : "  ") + cell(i);
  line.resize(line.find_last_not_of(' ') + 1);
  text += line + '\n';
}

/// Broken headers stand on the rule.
void add_header(std::string& text, const std::vector<TableColumn>& columns,
                const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> headers;
  std::size_t height = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    headers.push_back(broken(columns[i].header, widths[i]));
    height = std::max(height, headers.back().size());
  }
  for (std::size_t left = height; left > 0; --left) {
    add_line(text, columns.size(), [&](std::size_t i) {
      const std::vector<std::string>& lines = headers[i];
      const std::string line = left > lines.size() ? "" : lines[lines.size() - left];
      return cell_text(line, columns[i], widths[i]);
    });
  }
}

std::string rule(std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < width; ++i) text += "─";
  return text;
}

}  // namespace

Layout lay_out(std::vector<TableColumn> columns, std::size_t width) {
  Layout layout;
  std::vector<std::size_t> widths = fit(columns, width == 0 ? SIZE_MAX : width);
  while (widths.empty()) {
    // Of equals the last goes first.
    const auto last =
        std::ranges::max_element(columns.rbegin(), columns.rend(), {}, &TableColumn::expendable);
    if (last->expendable == 0) {
      widths = fit(columns, SIZE_MAX);
      break;
    }
    layout.dropped.push_back(last->header);
    columns.erase(std::next(last).base());
    widths = fit(columns, width);
  }
  add_header(layout.text, columns, widths);
  add_line(layout.text, columns.size(), [&](std::size_t i) { return rule(widths[i]); });
  for (std::size_t row = 0; row < columns.front().cells.size(); ++row) {
    add_line(layout.text, columns.size(), [&](std::size_t i) {
      return cell_text(columns[i].cells[row], columns[i], widths[i]);
    });
  }
  return layout;
}

void align_points(std::vector<std::string>& numbers) {
  const auto point = [](const std::string& number) {
    return std::min(number.find_first_of(".e"), number.size());
  };
  std::size_t before = 0, after = 0;
  for (const std::string& number : numbers) {
    before = std::max(before, point(number));
    after = std::max(after, number.size() - point(number));
  }
  for (std::string& number : numbers) {
    const std::size_t left = before - point(number),
                      right = after - (number.size() - point(number));
    number = std::string(left, ' ') + number + std::string(right, ' ');
  }
}

}  // namespace tune::tuner
