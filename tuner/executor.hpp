#pragma once

#include <functional>
#include <memory>

namespace tune::tuner {

/// Runs tasks on a number of threads. Tasks catch what they throw themselves, never wait for each
/// other, and may run in any order: that changes no result. Of those that have not begun the one
/// with the highest cost is next, so that no thread is left alone with a long one in the end; of
/// equal ones the first submitted.
class Executor {
 public:
  /// Waits until every submitted task has run.
  virtual ~Executor() = default;

  /// Thread-safe; does not wait. The cost is of any unit.
  virtual void submit(double cost, std::function<void()> task) = 0;
  virtual int jobs() const = 0;
};

/// On oneTBB; on std::thread in builds for the thread sanitizer, which reports false races in
/// oneTBB. `jobs` >= 1.
std::unique_ptr<Executor> make_executor(int jobs);

}  // namespace tune::tuner
