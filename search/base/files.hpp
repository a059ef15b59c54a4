#pragma once

#include <filesystem>
#include <system_error>

namespace tune::base {

/// Gives a written and closed file its final name, over what had it before. What can be read under
/// that name is one of the two in full, also after a power cut: the file is on the disk before it
/// is renamed, and the name once this returns without an error.
std::error_code put_in_place(const std::filesystem::path& written,
                             const std::filesystem::path& name);

}  // namespace tune::base
