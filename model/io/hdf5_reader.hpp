#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/io/hdf5_types.hpp"
#include "model/tensor.hpp"

namespace tune::model {

/// The groups, text attributes and data sets (of float32 and of integers) of an HDF5 file of the
/// classic kind, which is what h5py writes unless it is told otherwise: superblock 0 or 1, object
/// headers of version 1, data in one piece. Anything else is refused.
///
/// The HDF5 library reads more, but a few changed bytes in a file are enough to crash it (one
/// mutant in a hundred, version 1.10.8). Here every offset is checked before it is followed and the
/// work is bounded by the file's size. Source: "HDF5 File Format Specification Version 3.0".
///
/// Errors are InputErrors that do not name the file. Views point into the reader. One thread.
class Hdf5Reader {
 public:
  /// Where the header of a group or a data set lies.
  using Address = std::uint64_t;

  struct Numbers {
    Shape shape;
    Hdf5Type type;           ///< float32 or integer
    std::string_view bytes;  ///< row-major, least significant byte first
  };

  /// Takes the content of the file.
  explicit Hdf5Reader(std::string content);

  Address root() const { return root_; }
  std::map<std::string_view, Address> members(Address group);
  /// The member of that name; none if there is no such one.
  std::optional<Address> find(Address group, std::string_view name);
  /// The object at a path ("dense/kernel") below a group.
  Address at(Address group, std::string_view path);
  /// The elements of an attribute that holds text; none if there is no such attribute.
  std::optional<std::vector<std::string_view>> texts(Address object, std::string_view attribute);
  Numbers numbers(Address data_set);

 private:
  struct Message {
    std::uint64_t type;
    std::string_view body;
  };

  std::string_view piece(std::uint64_t offset, std::uint64_t size) const;
  void work();
  std::vector<Message> messages(Address object);
  void add_members(std::uint64_t node, std::uint64_t level, std::string_view names,
                   std::map<std::string_view, Address>& members);
  std::string_view contiguous(std::string_view message) const;
  std::string_view heap_object(std::uint64_t collection, std::uint64_t index);

  std::string content_;
  Address root_ = 0;
  std::uint64_t steps_left_;
};

}  // namespace tune::model
