#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace tune::tests {

inline std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

/// A CSV (without quotes) less its columns that depend on the clock.
inline std::string without_times(const std::string& csv) {
  const std::vector<std::string> lines = split(csv, '\n');
  const std::vector<std::string> names = split(lines.at(0), ',');
  std::string text;
  for (const std::string& line : lines) {
    const std::vector<std::string> cells = split(line, ',');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (names.at(i).find("time") == std::string::npos) text += cells[i] + ',';
    }
    text += '\n';
  }
  return text;
}

}  // namespace tune::tests
