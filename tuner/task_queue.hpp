#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace tune::tuner {

/// What an executor has not begun: the highest cost comes first, of equal ones the first that was
/// put in. Not thread-safe.
class TaskQueue {
 public:
  void push(double cost, std::function<void()> task) {
    heap_.push_back({cost, count_++, std::move(task)});
    std::ranges::push_heap(heap_, later);
  }

  bool empty() const { return heap_.empty(); }

  /// There must be one.
  std::function<void()> pop() {
    std::ranges::pop_heap(heap_, later);
    std::function<void()> task = std::move(heap_.back().task);
    heap_.pop_back();
    return task;
  }

 private:
  struct Entry {
    double cost;
    std::uint64_t number;
    std::function<void()> task;
  };

  static bool later(const Entry& a, const Entry& b) {
    return a.cost < b.cost || (a.cost == b.cost && a.number > b.number);
  }

  std::vector<Entry> heap_;
  std::uint64_t count_ = 0;
};

}  // namespace tune::tuner
