#include "tuner/cli/table.hpp"

#include <algorithm>

namespace tune::tuner {
namespace {

/// The text broken between words; the first line starts at the column `indent` already.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string result;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const bool first = column == indent;
    if (!first && column + 1 + end > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      result += ' ';
      ++column;
    }
    result += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace

std::string columns(const std::vector<std::vector<std::string>>& lines, std::size_t indent,
                    std::size_t width) {
  std::vector<std::size_t> widths;
  for (const auto& cells : lines) {
    widths.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const auto& cells : lines) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
      line += cells[i] + std::string(widths[i] - cells[i].size() + 2, ' ');
    }
    text += line + wrapped(cells.back(), line.size(), width) + '\n';
  }
  return text;
}

std::string paragraph(std::string_view text, std::size_t indent, std::size_t width) {
  return std::string(indent, ' ') + wrapped(text, indent, width) + '\n';
}

}  // namespace tune::tuner
