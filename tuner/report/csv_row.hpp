#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace tune::tuner {

/// A line of CSV as in RFC 4180, but ended by a bare line feed: cells with commas, quotes or line
/// breaks are put in quotes.
void write_csv_row(std::ostream& out, const std::vector<std::string>& cells);

/// The shortest digits that read back as the same double; empty for NaN.
std::string csv_number(double number);

}  // namespace tune::tuner
