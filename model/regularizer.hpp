#pragma once

#include <string>
#include <string_view>

namespace tune::model {

/// What the size of a weight adds to the loss: l1 sum |w| + l2 sum w^2, as keras.regularizers.L1L2.
struct Regularizer {
  double l1 = 0, l2 = 0;

  bool operator==(const Regularizer&) const = default;
};

/// none, l1(factor), l2(factor), l1_l2(l1, l2); factors that are left out are 0.01. Throws
/// InputError, for an unknown name with the nearest one.
Regularizer regularizer(std::string_view text);
/// What regularizer() reads back.
std::string to_text(const Regularizer& regularizer);

/// none or max_norm(limit), by default 2; none is 0. Throws InputError.
double max_norm(std::string_view text);
/// What max_norm() reads back.
std::string max_norm_text(double limit);

}  // namespace tune::model
