#include "search/base/text.hpp"

#include <array>
#include <charconv>

namespace tune::base {

std::string short_number(double number) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 std::chars_format::general, 4);
  return std::string(buffer.data(), end.ptr);
}

std::string grouped_digits(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3;) text.insert(end -= 3, 1, ',');
  return text;
}

std::string counted(std::uint64_t number, const std::string& what) {
  return grouped_digits(number) + ' ' + what + (number == 1 ? "" : "s");
}

}  // namespace tune::base
