#pragma once

#include <vector>

#include "search/base/reader.hpp"

namespace tune::search {

/// The options that `tpe` reads, named as Optuna's.
std::vector<base::Key> tpe_keys();

}  // namespace tune::search
