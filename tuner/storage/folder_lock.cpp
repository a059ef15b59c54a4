#include "tuner/storage/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "search/base/error.hpp"

namespace tune::tuner {

namespace {

int opened(const std::filesystem::path& folder, const std::filesystem::path& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor >= 0) return descriptor;
  throw base::InputError(folder.string() + ": cannot be opened: " + std::strerror(errno));
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw base::InputError(folder.string() + ": cannot be made: " + error.message());
  descriptor_ = opened(folder, folder, O_RDONLY | O_DIRECTORY);
  bool taken = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  if (!taken && errno == EBADF) {
    // NFS locks only what can be written.
    close(descriptor_);
    descriptor_ = opened(folder, folder / kLockFile, O_RDWR | O_CREAT);
    taken = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }
  if (!taken && errno == EWOULDBLOCK) {
    close(descriptor_);
    throw base::InputError(folder.string() +
                           ": another process writes its results there; `tune worker` joins a "
                           "study that runs");
  }
}

FolderLock::~FolderLock() {
  close(descriptor_);
}

}  // namespace tune::tuner
