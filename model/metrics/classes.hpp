#pragma once

#include <algorithm>

#include "model/losses/label.hpp"
#include "model/tensor.hpp"

namespace tune::model {

/// The first of the largest outputs.
inline Index largest(const float* values, Index rows) {
  return std::max_element(values, values + rows) - values;
}

/// Is an output, or a target, a yes?
inline bool is_yes(float value) {
  return value > 0.5f;
}

/// The class that a target names: its index in one row, or the largest of one-hot rows. Throws
/// InputError if there is no such class.
inline Index true_class(const float* target, Index target_rows, Index classes) {
  return target_rows > 1 ? largest(target, target_rows) : class_index(*target, classes);
}

}  // namespace tune::model
