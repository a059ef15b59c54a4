#include "tuner/spec/scan.hpp"

#include <algorithm>
#include <string_view>

namespace tune::tuner {

bool Nesting::outside(char c) {
  const bool was_outside = quote_ == '\0' && depth_ == 0;
  const bool word_begins = std::string_view(" \t(,=\"'").find(before_) != std::string_view::npos;
  before_ = c;
  if (quote_ != '\0') {
    if (c == quote_) quote_ = '\0';
    return false;
  }
  if ((c == '"' || c == '\'') && word_begins) {
    quote_ = c;
    return false;
  }
  if (c == '(' || c == '[') ++depth_;
  if (c == ')' || c == ']') depth_ = std::max(0, depth_ - 1);
  return was_outside && depth_ == 0;
}

}  // namespace tune::tuner
