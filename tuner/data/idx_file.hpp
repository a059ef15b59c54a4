#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tune::tuner {

/// One IDX file, open for reading from its start to its end.
class IdxFile {
 public:
  enum class Type : std::uint8_t {
    u8 = 0x08,
    i8 = 0x09,
    i16 = 0x0B,
    i32 = 0x0C,
    f32 = 0x0D,
    f64 = 0x0E
  };

  /// Reads the header. Throws InputError if it is none, or promises more than the file can hold.
  explicit IdxFile(const std::filesystem::path& file);

  Type type() const { return type_; }
  bool integers() const { return type_ != Type::f32 && type_ != Type::f64; }
  /// Number of items: the first dimension.
  std::size_t items() const { return static_cast<std::size_t>(dimensions_[0]); }
  /// Dimensions of one item; empty if the items are single numbers.
  std::vector<std::int64_t> shape() const;
  std::size_t item_size() const;

  /// Gives all elements in order, block by block. Throws InputError if the file is cut short,
  /// damaged, too long, or holds NaN or inf.
  void read(const std::function<void(std::span<const double>)>& sink);

  [[noreturn]] void fail(const std::string& message) const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };

  /// Fills the bytes; `what` names them for the message if the file ends before.
  void read_bytes(std::span<unsigned char> bytes, const char* what);
  void check_size() const;

  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
  Type type_ = Type::u8;
  std::vector<std::int64_t> dimensions_;
};

}  // namespace tune::tuner
