#include "tuner/study/checkpoints.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kOverhead = 1024;  ///< about, of an entry and of each callback's values

std::size_t bytes_of(const model::TrainingState& state) {
  std::size_t floats =
      state.weights.parameters.size() + state.weights.state.size() + state.memory.size();
  for (const model::CallbackState& callback : state.callbacks) {
    for (const auto& [name, array] : callback.arrays) floats += array.size();
  }
  return floats * sizeof(float) + kOverhead * (1 + state.callbacks.size());
}

}  // namespace

void Checkpoints::put(std::size_t trial, std::size_t fold, model::TrainingState state) {
  const std::size_t bytes = bytes_of(state);
  const std::lock_guard lock(mutex_);
  const Key key{trial, fold};
  if (const auto before = entries_.find(key); before != entries_.end()) extract(before);
  bytes_ += bytes;
  entries_.emplace(key, std::move(state));
  while (bytes_ > limit_) extract(entries_.begin());
}

std::optional<model::TrainingState> Checkpoints::take(std::size_t trial, std::size_t fold) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({trial, fold});
  if (found == entries_.end()) return std::nullopt;
  return std::move(extract(found).mapped());
}

void Checkpoints::forget(std::size_t trial) {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.lower_bound({trial, 0});
       entry != entries_.end() && entry->first.first == trial;) {
    extract(entry++);
  }
}

std::size_t Checkpoints::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

Checkpoints::Entries::node_type Checkpoints::extract(Entries::iterator entry) {
  bytes_ -= bytes_of(entry->second);
  return entries_.extract(entry);
}

}  // namespace tune::tuner
