#include "tuner/storage/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "search/base/error.hpp"

namespace tune::tuner {

FolderLock::FolderLock(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw base::InputError(folder.string() + ": cannot be made: " + error.message());
  descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) {
    throw base::InputError(folder.string() + ": cannot be opened: " + std::strerror(errno));
  }
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
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
