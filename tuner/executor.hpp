#pragma once

#include <functional>
#include <memory>

namespace tune::tuner {

/// Runs tasks on a number of threads, in about the order they are submitted. Tasks catch what they
/// throw themselves, never wait for each other, and may run in any order: that changes no result.
class Executor {
 public:
  /// Waits until every submitted task has run.
  virtual ~Executor() = default;

  /// Thread-safe; does not wait.
  virtual void submit(std::function<void()> task) = 0;
  virtual int jobs() const = 0;
};

/// On oneTBB; on std::thread in builds for the thread sanitizer, which reports false races in
/// oneTBB. `jobs` >= 1.
std::unique_ptr<Executor> make_executor(int jobs);

}  // namespace tune::tuner
