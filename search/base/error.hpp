#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tune::base {

/// Bad input from the user: a file, an option, a model. what() is one line that names the place,
/// says what is wrong and what is allowed. The program prints it and exits with status 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where a value was written; prefixes a message as `FILE:LINE: KEY: `. A line of 0 (the command
/// line, a default) leaves the number out, an empty key likewise.
struct Place {
  std::string file;
  int line = 0;
  std::string key;

  std::string prefix() const;
};

/// Throws InputError with the place in front of the message.
[[noreturn]] void fail(const Place& place, std::string_view message);

/// "; did you mean 'adam'?" where one of `names` is close to `name` (Damerau-Levenshtein distance
/// of at most a third of its length, at least 1), else "; known: a, b, c".
std::string suggestion(std::string_view name, std::span<const std::string> names);

}  // namespace tune::base
