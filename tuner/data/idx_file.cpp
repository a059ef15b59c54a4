#include "tuner/data/idx_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kBlockElements = std::size_t{1} << 17;
/// Deflate stores at most 1032 bytes in one.
constexpr double kMostCompression = 1032;

std::size_t width_of(IdxFile::Type type) {
  switch (type) {
    case IdxFile::Type::u8:
    case IdxFile::Type::i8:
      return 1;
    case IdxFile::Type::i16:
      return 2;
    case IdxFile::Type::i32:
    case IdxFile::Type::f32:
      return 4;
    case IdxFile::Type::f64:
      return 8;
  }
  return 0;
}

double element(IdxFile::Type type, const unsigned char* bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < width_of(type); ++i) bits = bits << 8 | bytes[i];
  switch (type) {
    case IdxFile::Type::u8:
      return static_cast<double>(bits);
    case IdxFile::Type::i8:
      return static_cast<std::int8_t>(bits);
    case IdxFile::Type::i16:
      return static_cast<std::int16_t>(bits);
    case IdxFile::Type::i32:
      return static_cast<std::int32_t>(bits);
    case IdxFile::Type::f32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case IdxFile::Type::f64:
      return std::bit_cast<double>(bits);
  }
  return 0;
}

}  // namespace

IdxFile::IdxFile(const std::filesystem::path& file) : path_(file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path_, unknown)) fail("is a folder, not a file");
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) fail("cannot be opened");
  gzbuffer(file_.get(), 1u << 18);
  std::array<unsigned char, 4> magic{};
  read_bytes(magic, "magic number");
  if (magic[0] != 0 || magic[1] != 0) fail("is no IDX file: it does not start with two zero bytes");
  type_ = static_cast<Type>(magic[2]);
  if (width_of(type_) == 0) fail("unknown IDX element type " + std::to_string(magic[2]));
  if (magic[3] == 0) fail("an IDX file without dimensions");
  for (int i = 0; i < magic[3]; ++i) {
    std::array<unsigned char, 4> bytes{};
    read_bytes(bytes, "dimensions");
    dimensions_.push_back(std::int64_t{bytes[0]} << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
    if (dimensions_.back() == 0) fail("dimension " + std::to_string(i + 1) + " is 0");
  }
  check_size();
}

void IdxFile::check_size() const {
  double promised = static_cast<double>(width_of(type_));
  std::string product;
  for (const std::int64_t dimension : dimensions_) {
    promised *= static_cast<double>(dimension);
    if (!product.empty()) product += 'x';
    product += std::to_string(dimension);
  }
  const double header = 4 + 4 * static_cast<double>(dimensions_.size());
  const auto size = static_cast<double>(std::filesystem::file_size(path_));
  const bool plain = gzdirect(file_.get()) == 1;
  if (header + promised > (plain ? size : size * kMostCompression)) {
    fail("is cut short: its header promises " + product + " elements");
  }
}

std::vector<std::int64_t> IdxFile::shape() const {
  return {dimensions_.begin() + 1, dimensions_.end()};
}

std::size_t IdxFile::item_size() const {
  std::size_t size = 1;
  for (const std::int64_t dimension : shape()) size *= static_cast<std::size_t>(dimension);
  return size;
}

void IdxFile::read(const std::function<void(std::span<const double>)>& sink) {
  const std::size_t width = width_of(type_), total = items() * item_size();
  std::vector<unsigned char> bytes(std::min(total, kBlockElements) * width);
  std::vector<double> block(bytes.size() / width);
  for (std::size_t done = 0; done < total;) {
    const std::size_t count = std::min(block.size(), total - done);
    read_bytes(std::span(bytes).first(count * width), "elements");
    for (std::size_t i = 0; i < count; ++i) {
      block[i] = element(type_, bytes.data() + i * width);
      if (!(std::abs(block[i]) <= std::numeric_limits<float>::max())) {
        fail("item " + std::to_string((done + i) / item_size()) + ", element " +
             std::to_string((done + i) % item_size()) + ": the value is not finite");
      }
    }
    sink(std::span(block).first(count));
    done += count;
  }
  unsigned char more = 0;
  if (gzread(file_.get(), &more, 1) != 0) fail("is longer than its header promises, or damaged");
}

void IdxFile::read_bytes(std::span<unsigned char> bytes, const char* what) {
  const int count = gzread(file_.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
  if (count == static_cast<int>(bytes.size())) return;
  int code = Z_OK;
  const std::string message = gzerror(file_.get(), &code);
  if (code == Z_DATA_ERROR) fail("the gzip data are damaged");
  if (code != Z_OK && code != Z_BUF_ERROR) fail("cannot be read: " + message);
  fail(std::string("is cut short: it ends within its ") + what);
}

void IdxFile::fail(const std::string& message) const {
  base::fail({.file = path_.string(), .line = 0, .key = {}}, message);
}

}  // namespace tune::tuner
