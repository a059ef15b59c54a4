#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/tensor.hpp"

namespace tune::model {

/// Writes groups, text attributes and data sets into an HDF5 file in memory, through the
/// HDF5 library. The bytes depend on what is written alone: no times are kept.
///
/// Paths are absolute ("/model_weights/dense"); groups on the way are made. Only one writer exists
/// at a time, the next one waits for it: Debian's library is not thread-safe. Throws
/// std::runtime_error where the library fails, which it does for want of memory only.
class Hdf5Writer {
 public:
  Hdf5Writer();
  ~Hdf5Writer();

  void group(const std::string& path);
  /// One text of any length.
  void attribute(const std::string& object, const std::string& name, const std::string& text);
  /// A list of texts; at most 4000, which is what fits into an object's header.
  void attribute(const std::string& object, const std::string& name,
                 const std::vector<std::string>& texts);
  void floats(const std::string& path, const Shape& shape, std::span<const float> values);
  /// A number without axes, of 4 bytes if it fits into them, else of 8.
  void integer(const std::string& path, std::int64_t value);

  /// The content of the file.
  std::string finish();

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace tune::model
