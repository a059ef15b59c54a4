#pragma once

#include <filesystem>

namespace tune::tuner {

/// What is locked in a folder that cannot be locked itself.
inline constexpr const char* kLockFile = ".lock";

/// The right of one process to write a folder's results; gone with the process. Where a file system
/// knows no locks, everybody has it.
class FolderLock {
 public:
  /// Makes the folder if it is not there. Throws InputError if another process has the right.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace tune::tuner
