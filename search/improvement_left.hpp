#pragma once

#include <optional>
#include <span>

#include "search/base/rng.hpp"
#include "search/importance.hpp"

namespace tune::search {

/// What another trial may bring: the largest (augmented) expected improvement, over all of the
/// space that has not been tried, on the best of these observations as a Gaussian process sees
/// them, that of the strategy `gp`. It is a share of their standard deviation, both after the
/// process's warping of scores. A score that is not finite is a failed trial. Nothing if fewer than
/// two are finite; 0 if there is nothing left to try.
///
/// A pure function of its arguments, thread-safe. Of more than 200 observations it takes the best
/// 100 and the last 100 of the others, so that a call takes a fraction of a second.
std::optional<double> improvement_left(const Space& space,
                                       std::span<const Observation> observations, base::Rng rng);

}  // namespace tune::search
