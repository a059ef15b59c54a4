#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "search/base/text.hpp"
#include "search/base/value.hpp"

namespace tune::tuner {

// Text for people to read; files that programs read have exact numbers instead.

using base::counted, base::grouped_digits, base::short_number;

/// Columns that UTF-8 text takes on a terminal: accents none, East Asian characters two.
std::size_t display_width(std::string_view utf8);
/// The text on one line of at most `width` columns, cut with an ellipsis if it has to be.
std::string elided(std::string_view utf8, std::size_t width);
/// The text with blanks behind or in front up to `width` columns.
std::string left_aligned(std::string_view utf8, std::size_t width);
std::string right_aligned(std::string_view utf8, std::size_t width);

/// An integer or text as it is, a real number short.
std::string short_value(const base::Value& value);

/// A mean with four significant digits and its error with as many decimals: 0.3312 and 0.0040.
struct ScoreText {
  std::string mean, error;
};
ScoreText score_text(double mean, double error);
/// "0.3312 ± 0.0040"
std::string plus_minus(const ScoreText& score);

/// A number of epochs, a mean one with one decimal: 54, 54.3.
std::string epochs_text(double epochs);
/// "850ms", "1.2s", "2m05s", "1h02m"
std::string duration_text(double seconds);

}  // namespace tune::tuner
