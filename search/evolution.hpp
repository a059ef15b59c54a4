#pragma once

#include <vector>

#include "search/base/reader.hpp"

namespace tune::search {

/// Options of the strategy `evolution`.
std::vector<base::Key> evolution_keys();

}  // namespace tune::search
