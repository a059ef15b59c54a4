#pragma once

#include <string>

#include "search/domain.hpp"

namespace tune::tuner {

/// A domain as Optuna writes distributions (optuna.distributions.distribution_to_json). The value
/// that Optuna keeps of a parameter is then its column (search::to_column). A normal distribution
/// becomes a float over its range, an interval with a step ends at its last value.
std::string distribution_json(const search::Domain& domain);

/// The other way: one that search::complaint has nothing against, once it is `validated`. Throws
/// InputError if the text is not such a one of Optuna's three distributions.
search::Domain domain_of_distribution(const std::string& json);

}  // namespace tune::tuner
