#pragma once

#include "model/tensor.hpp"
#include "search/base/rng.hpp"

namespace tune::model {

/// Sets each number of the first `samples` columns to 0 with the probability `rate`, rounded to a
/// multiple of 2^-16, else to `kept`; the padding is left alone. A word of the stream is drawn for
/// every two numbers, in the order of the samples, whatever the padding is.
void draw_mask(base::Rng rng, double rate, float kept, const Block& mask, Index samples);

}  // namespace tune::model
