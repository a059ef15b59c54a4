#include "model/tensor.hpp"

namespace tune::model {

Index size_of(const Shape& shape) {
  Index size = 1;
  for (const std::int64_t axis : shape) size *= axis;
  return size;
}

std::string to_text(const Shape& shape) {
  std::string text = "(";
  for (const std::int64_t axis : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(axis);
  return text + ")";
}

}  // namespace tune::model
