#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tune::tuner {

/// The type of a file system that other machines do not see, "ext4", as statfs says it of a path
/// or, where there is nothing yet, of the nearest folder above; nothing if it is a network's (NFS,
/// Lustre, GPFS, BeeGFS, CephFS, ...) or of a type that is not known.
std::optional<std::string> local_file_system(const std::filesystem::path& path);

/// Does the store of this connection (StorageUrl::connection) answer on this machine alone: by a
/// loopback address, a socket, or no host at all?
bool is_loopback(const std::string& url);

}  // namespace tune::tuner
