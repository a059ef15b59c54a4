#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace tune::tuner {

/// Bytes of memory that this process holds.
struct MemoryUse {
  std::size_t before;  ///< when the action began
  std::size_t peak;    ///< the most while it ran
};

/// Runs the action and says what memory it took, as far as Linux tells it (proc(5)); nothing if it
/// does not.
std::optional<MemoryUse> watch_memory(const std::function<void()>& action);

}  // namespace tune::tuner
