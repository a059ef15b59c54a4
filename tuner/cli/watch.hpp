#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace tune::tuner {

/// Everything that waits while a study computes, on a thread of its own (Asio): signals, the time
/// limit, and a tick for the display.
///
/// The first SIGINT or SIGTERM asks the study to stop; the second one ends the process at once with
/// status 130, after `farewell`.
class Watch {
 public:
  struct Options {
    std::optional<double> time_limit;  ///< seconds from now
    std::function<void()> tick;        ///< called about ten times a second, on the watch's thread
    std::function<void()> farewell;    ///< cleans the screen up
  };

  explicit Watch(Options options);
  ~Watch();

  /// Set by a signal or the time limit; stays set.
  const std::atomic<bool>& stop() const;
  /// Was it a signal?
  bool interrupted() const;

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tune::tuner
