#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <condition_variable>
#include <mutex>

#include "tuner/executor.hpp"
#include "tuner/task_queue.hpp"

namespace tune::tuner {
namespace {

class TbbExecutor : public Executor {
 public:
  // oneTBB counts the main thread, which waits outside of the arena here: it gets one worker more
  // than its limit allows and no slot of the arena is kept for it.
  explicit TbbExecutor(int jobs)
      : jobs_(jobs),
        limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(jobs) + 1),
        arena_(jobs, 0) {}

  ~TbbExecutor() override {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return running_ == 0; });
  }

  void submit(double cost, std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push(cost, std::move(task));
      ++running_;
    }
    arena_.enqueue([this] {
      next()();
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) idle_.notify_all();
    });
  }

  int jobs() const override { return jobs_; }

 private:
  std::function<void()> next() {
    const std::lock_guard lock(mutex_);
    return waiting_.pop();
  }

  int jobs_;
  tbb::global_control limit_;
  tbb::task_arena arena_;
  std::mutex mutex_;
  std::condition_variable idle_;
  TaskQueue waiting_;
  std::size_t running_ = 0;  ///< and waiting
};

}  // namespace

std::unique_ptr<Executor> make_executor(int jobs) {
  return std::make_unique<TbbExecutor>(jobs);
}

}  // namespace tune::tuner
