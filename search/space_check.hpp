#pragma once

#include <span>
#include <vector>

#include "search/space.hpp"

namespace tune::search {

/// The checks of Space's constructor; throws SpaceError. Gives the order in which parameters are
/// decided: each after those that its condition needs, else as in the file.
std::vector<std::size_t> check_space(std::span<const Parameter> parameters,
                                     std::span<const Condition> forbidden);

}  // namespace tune::search
