#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tune::tuner {

/// Empty, NA, NaN, nan, ? and null stand for a missing value.
bool is_missing(std::string_view cell);

/// The number that the whole text stands for ("+1.5e3" and "inf" too); none for another text.
std::optional<double> parse_double(std::string_view text);

enum class Parsed { number, not_a_number, infinite, too_large };

/// Reads the whole cell as float, rounded to nearest; magnitudes below float's range become 0.
/// `value` is set for Parsed::number only.
Parsed parse_float(std::string_view cell, float& value);

/// Reads a plain decimal ("-12.5", no exponent, at most 19 digits) from the start of a text,
/// rounded to nearest. Returns where it ends, null if it is written in another way or would need
/// more care: this is the quick way for the bulk of a file, parse_float takes every cell.
const char* parse_plain_float(const char* at, const char* end, float& value);

/// Reads a cell of one to seven digits that ends with the delimiter, without a branch a digit.
/// Returns where the delimiter is, null for any other cell and within eight characters of the end.
const char* parse_short_integer(const char* at, const char* end, char delimiter, float& value);

/// The cell that starts at `at`, without quotes and the blanks around it. Moves `at` behind the
/// delimiter, to `end` + 1 after the last cell. `scratch` holds a cell that had to be put together
/// (doubled quotes); the view is valid until the next call.
std::string_view take_cell(const char*& at, const char* end, char delimiter, std::string& scratch);

}  // namespace tune::tuner
