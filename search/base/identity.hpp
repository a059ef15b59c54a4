#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace tune::base {

/// A number that no other object of the process has or will have. A copy gets a new one, a move
/// takes it along. What was derived from an append-only object may be kept by its identity.
class Identity {
 public:
  Identity() : number_(next()) {}
  Identity(const Identity&) : Identity() {}
  Identity(Identity&& other) noexcept : number_(std::exchange(other.number_, next())) {}
  Identity& operator=(const Identity&) {
    number_ = next();
    return *this;
  }
  Identity& operator=(Identity&& other) noexcept {
    number_ = std::exchange(other.number_, next());
    return *this;
  }

  std::uint64_t number() const { return number_; }

 private:
  static std::uint64_t next() {
    static std::atomic<std::uint64_t> count = 0;
    return count.fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t number_;
};

}  // namespace tune::base
