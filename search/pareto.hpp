#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tune::search {

// Trials with several scores, all minimised. A point has a finite score for each objective, every
// point as many. (Deb, Pratap, Agarwal and Meyarivan, IEEE Transactions on Evolutionary Computation
// 6, 2002.)

using Points = std::span<const std::vector<double>>;

/// Is no score of the first point worse, and one better?
bool dominates(std::span<const double> one, std::span<const double> other);

/// Non-dominated sorting: the front of each point. 0: no other dominates it; 1: none but points of
/// front 0 do; and so on. N log N comparisons for two objectives; for more, N^2 at the worst
/// (efficient non-dominated sort, Zhang et al., IEEE Transactions on Evolutionary Computation 19,
/// 2015, which has the fronts of Deb's without its N^2 of memory).
std::vector<std::size_t> fronts_of(Points points);

/// How far apart the neighbours of each point on its front are: the sum over the objectives, each
/// as a share of the front's range in it. Infinite for a point at an end of the front, which is, of
/// points of one score, the first.
std::vector<double> crowding_distances(Points points, std::span<const std::size_t> fronts);

}  // namespace tune::search
