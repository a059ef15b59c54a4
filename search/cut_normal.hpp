#pragma once

#include "search/base/rng.hpp"

namespace tune::search {

// Normal distributions that are cut to [0, 1], where their centre is.

/// The logarithm of the density at the centre.
double log_density_at_centre(double centre, double deviation);
/// A draw below 1.
double draw_inside(double centre, double deviation, base::Rng& rng);

}  // namespace tune::search
