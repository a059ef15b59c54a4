#include "tuner/report/csv_row.hpp"

#include <cmath>
#include <string_view>

#include "search/base/value.hpp"

namespace tune::tuner {
namespace {

void write_cell(std::ostream& out, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    out << cell;
    return;
  }
  out << '"';
  for (const char c : cell) {
    if (c == '"') out << '"';
    out << c;
  }
  out << '"';
}

}  // namespace

void write_csv_row(std::ostream& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out << ',';
    write_cell(out, cells[i]);
  }
  out << '\n';
}

std::string csv_number(double number) {
  return std::isnan(number) ? std::string() : base::to_text(base::Value(number));
}

}  // namespace tune::tuner
