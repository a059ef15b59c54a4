#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "search/trials.hpp"

namespace tune::search {

/// What is gathered from the known trials of a prefix, one by one, and kept for the next prefix: to
/// read a study anew for each trial would take its square. It makes no difference to an answer.
/// `Gathered` has read(prefix, trial). Thread-safe.
template <class Gathered>
class Kept {
 public:
  /// Calls `use` with what the known trials come to, while no other thread changes it.
  template <class Use>
  auto with(const Prefix& prefix, const Use& use) const {
    const std::lock_guard lock(mutex_);
    if (identity_ != prefix.identity() || known_ > prefix.known()) {
      gathered_ = Gathered();
      known_ = 0;
      identity_ = prefix.identity();
    }
    for (; known_ < prefix.known(); ++known_) gathered_.read(prefix, known_);
    return use(gathered_);
  }

 private:
  mutable std::mutex mutex_;
  mutable std::optional<std::uint64_t> identity_;
  mutable std::size_t known_ = 0;
  mutable Gathered gathered_;
};

}  // namespace tune::search
