#pragma once

#include "search/domain.hpp"

namespace tune::tuner {

/// The domain that has all values of both: Optuna lets a parameter's range change from trial to
/// trial. Of domains without a complaint; where scale or steps differ it is linear, or without a
/// step. Throws InputError if they are of different kinds.
search::Domain joined(const search::Domain& a, const search::Domain& b);

/// The same domain as one that search::validate accepts: a range of a single number is a choice.
search::Domain validated(const search::Domain& domain);

}  // namespace tune::tuner
