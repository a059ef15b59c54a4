#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "search/base/rng.hpp"
#include "tuner/executor.hpp"

namespace tune::tests {

/// Runs what is queued in any order, one at a time, but says that it has more threads.
class AnyOrder : public tuner::Executor {
 public:
  AnyOrder(int jobs, std::uint64_t seed)
      : jobs_(jobs), chance_(seed), thread_([this] { work(); }) {}
  ~AnyOrder() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void submit(double, std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }
  int jobs() const override { return jobs_; }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return closing_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        std::swap(tasks_[chance_.below(static_cast<std::uint32_t>(tasks_.size()))], tasks_.back());
        task = std::move(tasks_.back());
        tasks_.pop_back();
      }
      task();
    }
  }

  const int jobs_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::function<void()>> tasks_;
  base::Rng chance_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace tune::tests
