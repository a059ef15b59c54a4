#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "model/fit.hpp"

namespace tune::tuner {

/// Where trainings stand that later trials may continue, kept in memory up to a number of bytes;
/// the oldest trials go first. What is lost costs time, never a result. Thread-safe.
class Checkpoints {
 public:
  explicit Checkpoints(std::size_t limit) : limit_(limit) {}

  /// Takes the place of what was put before.
  void put(std::size_t trial, std::size_t fold, model::TrainingState state);
  /// What was put, which is then not kept any more; nothing if it has gone.
  std::optional<model::TrainingState> take(std::size_t trial, std::size_t fold);
  void forget(std::size_t trial);
  /// Of all that is kept.
  std::size_t bytes() const;

 private:
  using Key = std::pair<std::size_t, std::size_t>;  ///< trial, fold
  using Entries = std::map<Key, model::TrainingState>;

  Entries::node_type extract(Entries::iterator entry);

  const std::size_t limit_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::size_t bytes_ = 0;
};

}  // namespace tune::tuner
