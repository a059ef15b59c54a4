#pragma once

#include "model/kernels/vector.hpp"

// Vector registers for the kernels' sources; other files need not see them.

// Without AVX a vector is passed in another way than with it; nothing outside the kernels sees one.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace tune::model::kernel {

typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));

inline Vector load(const float* p) {
  return *reinterpret_cast<const Vector*>(p);
}
inline void store(float* p, Vector v) {
  *reinterpret_cast<Vector*>(p) = v;
}
inline Vector broadcast(float x) {
  return x - Vector{};
}

}  // namespace tune::model::kernel
