#pragma once

#include <cstdint>
#include <string>

namespace tune::base {

// Numbers for people to read.

/// Four significant digits without zeros at the end: 0.0083, 3, 8.313e-05.
std::string short_number(double number);
/// 1,234,567
std::string grouped_digits(std::uint64_t number);
/// "1 trial", "1,234 trials"
std::string counted(std::uint64_t number, const std::string& what);

}  // namespace tune::base
