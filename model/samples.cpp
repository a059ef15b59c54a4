#include "model/samples.hpp"

#include <algorithm>

namespace tune::model {

void gather(const Columns& from, std::span<const std::uint32_t> rows, const Block& to) {
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const float* column = from.data + static_cast<Index>(rows[s]) * from.stride;
    float* out = to.sample(static_cast<Index>(s));
    if (from.shift.empty()) {
      for (Index i = 0; i < from.rows; ++i) out[i] = column[i];
      continue;
    }
    const float *shift = from.shift.data(), *factor = from.factor.data(), *fill = from.fill.data();
    for (Index i = 0; i < from.rows; ++i) {
      const float value = column[i] == column[i] ? column[i] : fill[i];
      out[i] = (value - shift[i]) * factor[i];
    }
  }
}

}  // namespace tune::model
