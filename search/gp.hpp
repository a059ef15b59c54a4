#pragma once

#include <vector>

#include "search/base/reader.hpp"

namespace tune::search {

/// Options of the strategy `gp`.
std::vector<base::Key> gp_keys();

}  // namespace tune::search
