#pragma once

#include <cstddef>

#include "tuner/storage/database.hpp"

namespace tune::tuner {

/// Trials of a study, of ours alone, by what has become of them.
struct StudyCounts {
  std::size_t running = 0, complete = 0, pruned = 0, failed = 0;
  std::size_t left = 0;     ///< begun by processes that are gone; somebody will run them again
  std::size_t others = 0;   ///< that somebody else has added to the study
  std::size_t workers = 0;  ///< processes whose lease holds

  std::size_t ended() const { return complete + pruned + failed; }
};

StudyCounts count_trials(Database& database, long long study);

}  // namespace tune::tuner
