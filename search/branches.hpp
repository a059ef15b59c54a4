#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "search/base/rng.hpp"
#include "search/space.hpp"

namespace tune::search {

// What the conditions and forbids of a space tell apart. All functions are pure.

/// Can the condition hold in any configuration, whatever the forbids? The conditions of the
/// parameters that it compares, and so on, must hold with it.
bool can_hold(const Space& space, const Condition& condition);
/// A forbid that rules out every configuration in which the parameter is active.
std::optional<std::size_t> forbidden_by(const Space& space, std::size_t parameter);

/// Configurations that go through the branches of a space.
struct Branches {
  std::vector<Configuration> configurations;
  bool complete = true;  ///< every combination of what conditions tell apart; else every value
};

/// Allowed configurations with every combination of what conditions and forbids tell apart: the
/// values of a choice, one number of each part of a range. All other choices take turns through
/// their values, so that each occurs; other numbers are the middle of their range. Where there are
/// more than `limit` combinations, draws with which each value occurs that draws meet.
Branches branches_of(const Space& space, std::size_t limit, base::Rng rng);

}  // namespace tune::search
