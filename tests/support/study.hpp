#pragma once

#include <filesystem>
#include <string>

#include "tests/support/process.hpp"

namespace tune::tests {

/// Runs the program on a space file; what it leaves is in `out`. For the room that has
/// TUNE_PROGRAM.
inline Result study(const std::filesystem::path& space, const std::filesystem::path& out,
                    const std::string& options = {}) {
  return run(std::string(TUNE_PROGRAM) + " --space " + space.string() + " --out " + out.string() +
             ' ' + options);
}

}  // namespace tune::tests
