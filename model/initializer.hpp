#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tensor.hpp"
#include "search/base/rng.hpp"

namespace tune::model {

/// Fills a weight with its first values; `shape` is Keras's, its last two axes give fan-in and
/// fan-out as in keras.initializers.
struct Initializer {
  std::string name;  ///< Keras's: "glorot_uniform"
  void (*fill)(const Slice& weight, const Shape& shape, base::Rng rng);
};

/// zeros, ones, {glorot,he,lecun}_{uniform,normal}. Throws InputError with the nearest name.
const Initializer& initializer(std::string_view name);
std::vector<std::string> initializer_names();

}  // namespace tune::model
