#include "search/base/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tune::base {
namespace {

/// Of a file or a folder.
std::error_code sync(const std::filesystem::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
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
  if (!error) error = sync(name.has_parent_path() ? name.parent_path() : ".");
  return error;
}

}  // namespace tune::base
