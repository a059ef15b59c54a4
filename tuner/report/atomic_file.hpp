#pragma once

#include <filesystem>
#include <functional>
#include <ostream>

namespace tune::tuner {

/// Writes a file that is there in full or not at all, also after a power cut: under a temporary
/// name in the same folder, then renamed over what was there before. Throws InputError with path
/// and reason; what `write` throws is passed on. After either the old file, if any, is as it was
/// and no other is left. One writer a path at a time.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

}  // namespace tune::tuner
