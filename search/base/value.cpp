#include "search/base/value.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace tune::base {
namespace {

template <class Number>
bool parse_all(std::string_view text, Number& number) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end && !text.empty();
}

}  // namespace

Value parse_value(std::string_view text) {
  std::int64_t integer = 0;
  if (parse_all(text, integer)) return integer;
  double real = 0;
  if (parse_all(text, real)) return real;
  return std::string(text);
}

std::string to_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  std::array<char, 32> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::get<double>(value)).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

double to_number(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::numeric_limits<double>::quiet_NaN();
}

bool same(const Value& a, const Value& b) {
  const bool text =
      std::holds_alternative<std::string>(a) || std::holds_alternative<std::string>(b);
  return text || a.index() == b.index() ? a == b : to_number(a) == to_number(b);
}

std::string to_text(const Configuration& configuration) {
  std::string text;
  for (const auto& [name, value] : configuration) {
    text += (text.empty() ? "" : " ") + name + '=' + to_text(value);
  }
  return text;
}

}  // namespace tune::base
