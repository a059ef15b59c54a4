#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "model/kernels/vector.hpp"

namespace tune::model {

/// The axes of one sample, without the batch: {8}, {28, 28}.
using Shape = std::vector<std::int64_t>;

Index size_of(const Shape& shape);
/// Slices of flat arrays start on cache lines: the next multiple of one.
constexpr Index aligned(Index floats) {
  return (floats + 15) / 16 * 16;
}
/// "(28, 28)"
std::string to_text(const Shape& shape);

/// Allocates on cache lines, so that every vector load of the kernels is aligned.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, kAlignment); }
  bool operator==(const CacheLineAllocator&) const { return true; }
};

/// One flat array: all parameters of a model, all gradients, all activations.
using Floats = std::vector<float, CacheLineAllocator<float>>;

/// Features x samples in somebody else's array: sample s starts at data + s * stride. Blocks of a
/// workspace are aligned and may be read and written up to padded(rows) rows.
struct Block {
  float* data = nullptr;
  Index rows = 0;
  Index stride = 0;

  float* sample(Index s) const { return data + s * stride; }
};

/// One weight of a layer as a matrix: the last axis of its shape is contiguous, columns are
/// `stride` apart. A kernel of Keras's shape (in, out) has `out` rows and `in` columns.
struct Slice {
  float* data = nullptr;
  Index rows = 0;
  Index cols = 0;
  Index stride = 0;
};

}  // namespace tune::model
