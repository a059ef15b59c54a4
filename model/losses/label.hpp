#pragma once

#include <string>

#include "model/tensor.hpp"
#include "search/base/error.hpp"

namespace tune::model {

/// A target that is the index of a class. Throws InputError if there is no such class.
inline Index class_index(float label, Index classes) {
  if (label >= 0 && label < static_cast<float>(classes)) return static_cast<Index>(label);
  throw base::InputError("the class " + std::to_string(label) + " is not one of 0 to " +
                         std::to_string(classes - 1));
}

}  // namespace tune::model
