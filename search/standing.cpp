#include "search/standing.hpp"

#include <cmath>
#include <limits>

namespace tune::search {

Standing standing_of(const Outcome& outcome, std::size_t trial) {
  if (const auto* scored = std::get_if<Scored>(&outcome)) {
    if (!std::isnan(scored->score)) return {Standing::Tier::scored, 0, scored->score, trial};
  } else if (const auto* pruned = std::get_if<Pruned>(&outcome)) {
    const bool none = std::isnan(pruned->score);
    const double score = none ? std::numeric_limits<double>::infinity() : pruned->score;
    return {Standing::Tier::pruned, -pruned->epochs, score, trial};
  }
  return {Standing::Tier::failed, 0, 0, trial};
}

}  // namespace tune::search
