#include "search/base/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tune::base {
namespace {

std::error_code sync(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {errno, std::generic_category()};
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  // Some file systems have nothing to synchronise.
  const bool cannot = error == EINVAL || error == ENOTSUP;
  return {cannot ? 0 : error, std::generic_category()};
}

}  // namespace

std::error_code put_in_place(const std::filesystem::path& written,
                             const std::filesystem::path& name) {
  std::error_code error = sync(written);
  if (!error) std::filesystem::rename(written, name, error);
  return error;
}

}  // namespace tune::base
