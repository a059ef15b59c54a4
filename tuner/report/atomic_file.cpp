#include "tuner/report/atomic_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "search/base/error.hpp"
#include "search/base/files.hpp"

namespace tune::tuner {
namespace {

[[noreturn]] void fail_to_write(const std::filesystem::path& path, const std::error_code& reason) {
  throw base::InputError(path.string() + ": cannot be written: " + reason.message());
}

std::error_code last_error() {
  return {errno == 0 ? EIO : errno, std::generic_category()};
}

/// Removes a file at the end of its life; once it is renamed, there is none to remove.
class Temporary {
 public:
  explicit Temporary(const std::filesystem::path& target) : path_(target) {
    path_.replace_filename('.' + target.filename().string() + ".part");
  }
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

void write_file(const std::filesystem::path& path,
                const std::function<void(std::ostream&)>& write) {
  const Temporary temporary(path);
  errno = 0;
  std::ofstream out(temporary.path(), std::ios::binary | std::ios::trunc);
  if (!out) fail_to_write(path, last_error());
  write(out);
  out.close();
  if (!out) fail_to_write(path, last_error());
  const std::error_code reason = base::put_in_place(temporary.path(), path);
  if (reason) fail_to_write(path, reason);
}

}  // namespace tune::tuner
