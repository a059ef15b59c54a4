#pragma once

#include <string>

#include "search/trials.hpp"

namespace tune::search {

// Words of which strategies make the origin of a proposal: a function of the prefix, as the
// proposal is.

/// How the origin of a start point begins, which no strategy has proposed.
inline constexpr const char* kStartPoint = "start point ";

/// "trial 12", by its number in its study; "trial 3 of an earlier study".
std::string trial_name(const Prefix& prefix, std::size_t trial);
/// What there is to learn from: "40 outcomes"; "52 outcomes, 12 of them of earlier studies".
std::string outcomes_text(const Prefix& prefix);

/// The origins that models share: drawn at random before there is one, for want of outcomes,
std::string before_model(const Prefix& prefix, std::size_t needed);
/// or as that one offers nothing new. `model`: "its model of 40 outcomes".
std::string beside_model(const std::string& model);

}  // namespace tune::search
