#include "model/io/hdf5_types.hpp"

#include <utility>

#include "model/io/cursor.hpp"

namespace tune::model {
namespace {

enum TypeClass : std::uint64_t { kInteger = 0, kFloat = 1, kString = 3, kVariableLength = 9 };

/// Byte order, padding, sign bit and, behind the size, the fields of an IEEE float32.
constexpr std::string_view kFloat32Bits("\x20\x1f\x00", 3);
constexpr std::string_view kFloat32Fields("\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0", 12);

constexpr int kSign = 8;  ///< an integer has a sign

constexpr std::uint64_t kMostAxes = 32;  // HDF5's own limit
constexpr std::int64_t kMostElements = std::int64_t{1} << 62;

}  // namespace

Hdf5Type parse_hdf5_type(std::string_view message) {
  using Kind = Hdf5Type::Kind;
  Cursor cursor(message);
  const std::uint64_t type_class = cursor.number(1) & 15;  // the other four bits are the version
  const std::string_view bits = cursor.take(3);
  Hdf5Type type{Kind::other, cursor.number(4)};
  if (type_class == kFloat && type.size == 4) {
    if (bits == kFloat32Bits && cursor.take(12) == kFloat32Fields) type.kind = Kind::float32;
  } else if (type_class == kInteger && (type.size == 4 || type.size == 8)) {
    // No padding, least significant byte first, all of its bits.
    const int flags = bits[0];
    const bool whole = cursor.number(2) == 0 && cursor.number(2) == 8 * type.size;
    if (whole && (flags & ~kSign) == 0) type.kind = Kind::integer;
    type.has_sign = (flags & kSign) != 0;
  } else if (type_class == kString && type.size > 0) {
    type.kind = Kind::text;
  } else if (type_class == kVariableLength && type.size == 16 && (bits[0] & 15) == 1) {
    type.kind = Kind::long_text;
  }
  return type;
}

std::int64_t to_integer(Cursor& cursor, const Hdf5Type& type) {
  const std::uint64_t bits = cursor.number(type.size);
  if (type.size == 4 && type.has_sign) return static_cast<std::int32_t>(bits);
  if (!type.has_sign && !std::in_range<std::int64_t>(bits)) {
    throw base::InputError("holds an integer that is too large");
  }
  return static_cast<std::int64_t>(bits);
}

Shape parse_hdf5_space(std::string_view message) {
  Cursor cursor(message);
  const std::uint64_t version = cursor.number(1), axes = cursor.number(1);
  cursor.take(1);  // are there largest lengths too? They stand behind the lengths.
  const std::uint64_t kind = cursor.number(1);
  if (version != 1 && version != 2) throw base::InputError("has a dataspace of unknown version");
  constexpr std::uint64_t kNull = 2;
  if (version == 2 && kind == kNull) return {0};
  if (version == 1) cursor.take(4);
  if (axes > kMostAxes) throw base::InputError("is damaged: an array has too many axes");
  Shape shape;
  std::int64_t room = kMostElements;
  for (std::uint64_t i = 0; i < axes; ++i) {
    const std::uint64_t length = cursor.number(8);
    if (length > static_cast<std::uint64_t>(room)) {
      throw base::InputError("is damaged: an array has " + std::to_string(length) + " elements");
    }
    shape.push_back(static_cast<std::int64_t>(length));
    if (length > 0) room /= shape.back();
  }
  return shape;
}

}  // namespace tune::model
