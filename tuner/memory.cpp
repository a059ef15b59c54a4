#include "tuner/memory.hpp"

#include <fstream>
#include <string>

namespace tune::tuner {
namespace {

/// A line of /proc/self/status, as "VmHWM:   1234 kB", in bytes.
std::optional<std::size_t> status(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    std::size_t kilobytes = 0;
    if (word == name + ':' && file >> kilobytes) return kilobytes * 1024;
  }
  return std::nullopt;
}

bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  return static_cast<bool>(file << "5" << std::flush);
}

}  // namespace

std::optional<MemoryUse> watch_memory(const std::function<void()>& action) {
  const bool told = reset_peak();
  const auto before = status("VmRSS");
  action();
  const auto peak = status("VmHWM");
  if (!told || !before || !peak) return std::nullopt;
  return MemoryUse{*before, std::max(*before, *peak)};
}

}  // namespace tune::tuner
