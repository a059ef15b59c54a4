#pragma once

#include <optional>
#include <string>
#include <vector>

#include "search/base/rng.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// Uniform draws of configurations that are neither forbidden nor tried.
///
/// In a finite space of which nearly everything has been tried a draw is uniform among what is
/// left, so it ends with the last configuration. Where a continuous space has a branch without a
/// continuous parameter and chance meets nothing else, that configuration is drawn again.
/// Thread-safe.
class Untried {
 public:
  /// The space must outlive it; `strategy` is named in messages. Throws InputError if a small space
  /// is forbidden entirely.
  Untried(const Space& space, std::string strategy);

  /// How many configurations there are; nothing: infinitely many, or too many to count.
  std::optional<std::size_t> limit() const { return limit_; }
  /// The row of one; nothing: all have been tried. Throws InputError if draws meet only what is
  /// forbidden.
  std::optional<std::vector<double>> draw(const Prefix& prefix, base::Rng& rng) const;

 private:
  const Space* space_;
  std::string strategy_;
  std::optional<std::size_t> limit_;
};

}  // namespace tune::search
