#include "search/standing.hpp"

#include <cmath>

namespace tune::search {

Standing standing_of(const Prefix& prefix, std::size_t trial) {
  const Outcome outcome = prefix.outcome(trial);
  if (const auto* scored = std::get_if<Scored>(&outcome)) {
    if (!std::isnan(scored->score)) return {Standing::Tier::scored, scored->score, trial};
  } else if (const auto* pruned = std::get_if<Pruned>(&outcome)) {
    if (!std::isnan(pruned->score)) return {Standing::Tier::pruned, pruned->score, trial};
  }
  return {Standing::Tier::failed, 0, trial};
}

}  // namespace tune::search
