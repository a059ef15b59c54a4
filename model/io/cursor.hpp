#pragma once

#include <cstdint>
#include <string_view>

#include "search/base/error.hpp"

namespace tune::model {

/// Reads numbers, least significant byte first, and pieces out of a part of a file, one after the
/// other. Whatever would reach past the end throws InputError.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return at_ == bytes_.size(); }

  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size() - at_) throw base::InputError("is damaged or cut short");
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    const std::string_view digits = take(width);
    for (std::size_t i = 0; i < width; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(digits[i])} << (8 * i);
    }
    return value;
  }

  /// Goes to the next multiple of `size` bytes from the start.
  void align(std::size_t size) { take((size - at_ % size) % size); }
  std::string_view rest() { return take(bytes_.size() - at_); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace tune::model
