#include "tuner/data/cell.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tune::tuner {
namespace {

template <class Number>
std::errc parse_whole(std::string_view text, Number& number) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return stop == end ? error : std::errc::invalid_argument;
}

bool is_blank(char c, char delimiter) {
  return c == ' ' || (c == '\t' && delimiter != '\t');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

unsigned digit(char c) {
  return static_cast<unsigned>(c - '0');
}

/// The end of a text without the blanks at its end.
const char* trimmed(const char* begin, const char* end, char delimiter) {
  while (end > begin && is_blank(end[-1], delimiter)) --end;
  return end;
}

/// A quoted cell; `at` is behind the opening quote. Text between the closing quote and the
/// delimiter belongs to the cell, as in Python's csv.
std::string_view take_quoted(const char*& at, const char* end, char delimiter,
                             std::string& scratch) {
  scratch.clear();
  for (;;) {
    const char* quote = std::find(at, end, '"');
    const bool last = quote == end || quote + 1 == end || quote[1] == delimiter;
    if (last && scratch.empty()) {
      const std::string_view cell(at, quote);
      at = quote == end ? end + 1 : quote + 2;
      return cell;
    }
    scratch.append(at, quote);
    if (last || quote[1] != '"') {
      const char* rest = quote == end ? end : quote + 1;
      const char* stop = std::find(rest, end, delimiter);
      scratch.append(rest, trimmed(rest, stop, delimiter));
      at = stop + 1;
      return scratch;
    }
    scratch += '"';
    at = quote + 2;
  }
}

}  // namespace

bool is_missing(std::string_view cell) {
  if (cell.size() > 4) return false;
  static constexpr std::array<std::string_view, 6> kWords{"", "NA", "NaN", "nan", "?", "null"};
  return std::ranges::find(kWords, cell) != kWords.end();
}

std::optional<double> parse_double(std::string_view text) {
  double number = 0;
  if (parse_whole(text, number) != std::errc{} || std::isnan(number)) return std::nullopt;
  return number;
}

Parsed parse_float(std::string_view cell, float& value) {
  float number = 0;
  std::errc error = parse_whole(cell, number);
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say which end of the range was left; long double reaches far enough.
    long double wide = 0;
    error = parse_whole(cell, wide);
    if (error != std::errc{} || std::abs(wide) > std::numeric_limits<float>::max()) {
      return Parsed::too_large;
    }
    number = static_cast<float>(wide);
  }
  if (error != std::errc{} || std::isnan(number)) return Parsed::not_a_number;
  if (std::isinf(number)) return Parsed::infinite;
  value = number;
  return Parsed::number;
}

const char* parse_plain_float(const char* at, const char* end, float& value) {
  // Powers of ten that a double holds exactly.
  static constexpr std::array<double, 20> kPowers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                  1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
  const bool negative = at < end && *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::uint64_t digits = 0;
  for (; at < end && is_digit(*at); ++at) digits = 10 * digits + digit(*at);
  std::ptrdiff_t count = at - first, decimals = 0;
  if (at < end && *at == '.') {
    const char* const point = at++;
    for (; at < end && is_digit(*at); ++at) digits = 10 * digits + digit(*at);
    decimals = at - point - 1;
    count += decimals;
  }
  if (count == 0 || count > 19) return nullptr;
  // Conversion and division each round by at most half a unit of the double. Unless that is next
  // to the middle between two floats, it rounds to the same float as the decimal does.
  const double number = static_cast<double>(digits) / kPowers[static_cast<std::size_t>(decimals)];
  constexpr std::int64_t kMiddle = std::int64_t{1} << 28;
  const auto low =
      static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(number) & (2 * kMiddle - 1));
  if (std::abs(low - kMiddle) <= 4) return nullptr;
  value = static_cast<float>(negative ? -number : number);
  return at;
}

const char* parse_short_integer(const char* at, const char* end, char delimiter, float& value) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t kOnes = 0x0101010101010101u, kHigh = 0x80 * kOnes;
  if (end - at < 8) return nullptr;
  std::uint64_t word = 0;
  std::memcpy(&word, at, 8);
  const std::uint64_t other = word ^ (kOnes * static_cast<unsigned char>(delimiter));
  const std::uint64_t delimiters = (other - kOnes) & ~other & kHigh;  // exact up to the first one
  if (delimiters == 0) return nullptr;
  const int count = std::countr_zero(delimiters) / 8;
  if (count == 0) return nullptr;
  word = (word ^ '0' * kOnes) << (8 * (8 - count));  // values of the digits, zeros before them
  if ((((word + 0x76 * kOnes) | word) & kHigh) != 0) return nullptr;  // a byte above 9
  word = (word * 10 + (word >> 8)) & 0x00FF00FF00FF00FFu;
  word = (word * 100 + (word >> 16)) & 0x0000FFFF0000FFFFu;
  word = (word * 10000 + (word >> 32)) & 0xFFFFFFFFu;
  value = static_cast<float>(word);  // below 10^7: exact
  return at + count;
}

std::string_view take_cell(const char*& at, const char* end, char delimiter, std::string& scratch) {
  while (at < end && is_blank(*at, delimiter)) ++at;
  if (at < end && *at == '"') return take_quoted(++at, end, delimiter, scratch);
  const auto* found =
      static_cast<const char*>(std::memchr(at, delimiter, static_cast<std::size_t>(end - at)));
  const char* stop = found == nullptr ? end : found;
  const std::string_view cell(at, trimmed(at, stop, delimiter));
  at = stop + 1;
  return cell;
}

}  // namespace tune::tuner
