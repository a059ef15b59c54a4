#pragma once

#include <cstdint>
#include <string_view>

#include "model/tensor.hpp"

namespace tune::model {

/// The data types of HDF5 that a model file is made of.
struct Hdf5Type {
  enum class Kind {
    float32,
    text,       ///< of `size` bytes, padded with zeros
    long_text,  ///< elsewhere in the file; here are its length and place
    other
  };

  Kind kind = Kind::other;
  std::uint64_t size = 0;  ///< bytes of one element
};

/// From the body of a datatype message.
Hdf5Type parse_hdf5_type(std::string_view message);

/// The axes in the body of a dataspace message: none for a scalar. The product of their lengths is
/// below 2^62; throws InputError if it is not, and for versions that are unknown.
Shape parse_hdf5_space(std::string_view message);

}  // namespace tune::model
