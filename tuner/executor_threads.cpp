#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "tuner/executor.hpp"
#include "tuner/task_queue.hpp"

namespace tune::tuner {
namespace {

class ThreadExecutor : public Executor {
 public:
  explicit ThreadExecutor(int jobs) {
    for (int i = 0; i < jobs; ++i) threads_.emplace_back([this] { work(); });
  }

  ~ThreadExecutor() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void submit(double cost, std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push(cost, std::move(task));
    }
    wake_.notify_one();
  }

  int jobs() const override { return static_cast<int>(threads_.size()); }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return closing_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = tasks_.pop();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  TaskQueue tasks_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(int jobs) {
  return std::make_unique<ThreadExecutor>(jobs);
}

}  // namespace tune::tuner
