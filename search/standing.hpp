#pragma once

#include "search/trials.hpp"

namespace tune::search {

/// How trials rank: those with a score; pruned ones, those with more epochs first; failed ones. The
/// lower (first) score first, equal ones by number.
struct Standing {
  enum class Tier { scored, pruned, failed };

  Tier tier = Tier::failed;
  int epochs_left_out = 0;  ///< of pruned ones: minus the epochs trained
  double score = 0;
  std::size_t trial = 0;

  auto operator<=>(const Standing&) const = default;
};

/// One whose score is NaN counts as failed, a pruned one as the last of its epochs.
Standing standing_of(const Outcome& outcome, std::size_t trial);

}  // namespace tune::search
