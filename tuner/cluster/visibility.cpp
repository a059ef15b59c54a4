#include "tuner/cluster/visibility.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;

struct Type {
  std::uint32_t number;
  const char* name;
};

/// Of linux/magic.h and the file systems' own sources.
constexpr std::array kLocal = {
    Type{EXT4_SUPER_MAGIC, "ext4"},
    Type{0x58465342, "xfs"},
    Type{BTRFS_SUPER_MAGIC, "btrfs"},
    Type{0x2FC12FC1, "zfs"},
    Type{0xF2F52010, "f2fs"},
    Type{TMPFS_MAGIC, "tmpfs"},
    Type{RAMFS_MAGIC, "ramfs"},
    Type{OVERLAYFS_SUPER_MAGIC, "overlay"},
    Type{MSDOS_SUPER_MAGIC, "vfat"},
    Type{SQUASHFS_MAGIC, "squashfs"},
    Type{REISERFS_SUPER_MAGIC, "reiserfs"},
    Type{0x3153464A, "jfs"},
};

/// The host that a URL names, as libpq finds it: "" if there is none.
std::string host_of(const std::string& url) {
  static const std::regex parameter(R"([?&]host=([^&]*))");
  std::smatch match;
  if (std::regex_search(url, match, parameter)) return match[1];
  static const std::regex place(R"(^\w+://(?:[^/?]*@)?(?:\[([^\]]*)\]|([^:/?]*)))");
  if (!std::regex_search(url, match, place)) return {};
  const std::string host = match[1].matched ? match[1] : match[2];
  const char* other = std::getenv("PGHOST");
  return host.empty() && other != nullptr ? other : host;
}

}  // namespace

std::optional<std::string> local_file_system(const fs::path& path) {
  fs::path there = fs::absolute(path);
  std::error_code ignored;
  while (!fs::exists(there, ignored) && there.has_relative_path()) there = there.parent_path();
  struct statfs system {};
  if (statfs(there.c_str(), &system) != 0) return std::nullopt;
  const auto number = static_cast<std::uint32_t>(system.f_type);
  const auto type = std::ranges::find(kLocal, number, &Type::number);
  return type == kLocal.end() ? std::nullopt : std::optional<std::string>(type->name);
}

bool is_loopback(const std::string& url) {
  const std::string host = host_of(url);
  return host.empty() || host == "localhost" || host == "::1" || host.starts_with("127.") ||
         host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f");
}

}  // namespace tune::tuner
