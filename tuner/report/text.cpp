#include "tuner/report/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace tune::tuner {
namespace {

/// The first character with its code point; a byte that is no UTF-8 stands for itself.
struct Character {
  std::string_view bytes;
  char32_t code;
};

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size == 1 || size > text.size()) return {text.substr(0, 1), lead};
  char32_t code = lead & (0x7F >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {text.substr(0, 1), lead};
    code = (code << 6) | (byte & 0x3F);
  }
  return {text.substr(0, size), code};
}

std::size_t width_of(char32_t code) {
  if (code >= 0x300 && code < 0x370) return 0;  // combining accents
  // The blocks of wide characters, roughly those of Unicode's EastAsianWidth.txt.
  constexpr std::array<std::pair<char32_t, char32_t>, 8> kWide = {{{0x1100, 0x115F},
                                                                   {0x2E80, 0xA4CF},
                                                                   {0xAC00, 0xD7A3},
                                                                   {0xF900, 0xFAFF},
                                                                   {0xFE30, 0xFE6F},
                                                                   {0xFF00, 0xFF60},
                                                                   {0x1F300, 0x1FAFF},
                                                                   {0x20000, 0x3FFFD}}};
  const bool wide = std::ranges::any_of(
      kWide, [&](const auto& block) { return block.first <= code && code <= block.second; });
  return wide ? 2 : 1;
}

std::string digits(double number, std::chars_format format, int precision) {
  std::array<char, 400> buffer;  // the largest double has 309 digits before the point
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format, precision);
  return std::string(buffer.data(), end.ptr);
}

std::string blanks(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, display_width(text)), ' ');
}

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const Character character = first_character(utf8);
    width += width_of(character.code);
    utf8.remove_prefix(character.bytes.size());
  }
  return width;
}

std::string elided(std::string_view utf8, std::size_t width) {
  std::string line(utf8);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  if (display_width(line) <= width) return line;
  if (width == 0) return {};
  std::string cut;
  std::size_t used = 1;  // the ellipsis
  for (std::string_view rest = line; !rest.empty();) {
    const Character character = first_character(rest);
    used += width_of(character.code);
    if (used > width) break;
    cut += character.bytes;
    rest.remove_prefix(character.bytes.size());
  }
  return cut + "…";
}

std::string left_aligned(std::string_view utf8, std::size_t width) {
  return std::string(utf8) + blanks(utf8, width);
}

std::string right_aligned(std::string_view utf8, std::size_t width) {
  return blanks(utf8, width) + std::string(utf8);
}

std::string short_value(const base::Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real == nullptr ? base::to_text(value) : short_number(*real);
}

ScoreText score_text(double mean, double error) {
  const double size = std::abs(mean);
  if (size != 0 && !(size >= 1e-3 && size < 1e6)) {
    return {digits(mean, std::chars_format::scientific, 3),
            digits(error, std::chars_format::scientific, 1)};
  }
  const int exponent = size == 0 ? 0 : static_cast<int>(std::floor(std::log10(size)));
  const int decimals = std::max(0, 3 - exponent);
  return {digits(mean, std::chars_format::fixed, decimals),
          digits(error, std::chars_format::fixed, decimals)};
}

std::string plus_minus(const ScoreText& score) {
  return score.mean + " ± " + score.error;
}

std::string epochs_text(double epochs) {
  return digits(epochs, std::chars_format::fixed, epochs == std::floor(epochs) ? 0 : 1);
}

std::string duration_text(double seconds) {
  if (seconds < 0.9995) return digits(seconds * 1000, std::chars_format::fixed, 0) + "ms";
  if (seconds < 99.95) return digits(seconds, std::chars_format::fixed, 1) + "s";
  const std::int64_t whole = std::llround(seconds);
  if (whole < 3600) return std::to_string(whole / 60) + 'm' + two_digits(whole % 60) + 's';
  return std::to_string(whole / 3600) + 'h' + two_digits(whole % 3600 / 60) + 'm';
}

}  // namespace tune::tuner
