#pragma once

#include <filesystem>

namespace tune::tuner {

/// The right of one process to write a folder's results; gone with the process.
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
