#pragma once

#include "search/trials.hpp"

namespace tune::search {

/// How trials rank: those with a score, pruned ones, failed ones; the lower (first) score first,
/// equal ones by number.
struct Standing {
  enum class Tier { scored, pruned, failed };

  Tier tier = Tier::failed;
  double score = 0;
  std::size_t trial = 0;

  auto operator<=>(const Standing&) const = default;
};

/// Of a trial below prefix.known(). One whose score is NaN counts as failed.
Standing standing_of(const Prefix& prefix, std::size_t trial);

}  // namespace tune::search
