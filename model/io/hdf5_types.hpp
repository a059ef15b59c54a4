#pragma once

#include <cstdint>
#include <string_view>

#include "model/tensor.hpp"

namespace tune::model {

/// The data types of HDF5 that a model file is made of.
struct Hdf5Type {
  enum class Kind {
    float32,
    integer,    ///< of 4 or 8 bytes, with a sign or not
    text,       ///< of `size` bytes, padded with zeros
    long_text,  ///< elsewhere in the file; here are its length and place
    other
  };

  Kind kind = Kind::other;
  std::uint64_t size = 0;  ///< bytes of one element
  bool has_sign = false;   ///< of an integer

  bool operator==(const Hdf5Type&) const = default;
};

/// From the body of a datatype message.
Hdf5Type parse_hdf5_type(std::string_view message);

class Cursor;
/// The next number of an integer type.
std::int64_t to_integer(Cursor& cursor, const Hdf5Type& type);

/// The axes in the body of a dataspace message: none for a scalar. The product of their lengths is
/// below 2^62; throws InputError if it is not, and for versions that are unknown.
Shape parse_hdf5_space(std::string_view message);

}  // namespace tune::model
