#pragma once

#include "search/domain.hpp"

namespace tune::search {

/// The marginal of one coordinate of a normal distribution.
struct Marginal {
  double mean, deviation;
};

/// The margin correction of Hamano et al., "CMA-ES with Margin" (GECCO 2022, arXiv 2205.13482): the
/// least change of a coordinate whose mean lies in the cell `cell` by which at least `margin` of
/// its draws (half of it on either side, where there are cells on both) leave the cell. An
/// end of the cell may be infinite. The margin is above 0 and below 1/2.
Marginal with_margin(const Marginal& law, const Interval& cell, double margin);

/// The quantile u in (0, 1) of a standard normal cut to an interval, which has one finite end at
/// least.
double cut_normal(const Interval& interval, double u);

}  // namespace tune::search
