#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tune::tuner {

/// Lines of the same number of cells as text in columns: all but the last are as wide as their
/// widest cell, the last one is broken between words so that no line is longer than `width`.
std::string columns(const std::vector<std::vector<std::string>>& lines, std::size_t indent,
                    std::size_t width);

/// A text broken between words, every line indented.
std::string paragraph(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace tune::tuner
