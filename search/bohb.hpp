#pragma once

#include <memory>
#include <vector>

#include "search/strategy.hpp"

namespace tune::search {

/// The options that `bohb` reads: Hyperband's, and the model's with the names and defaults of
/// HpBandSter.
std::vector<base::Key> bohb_keys();

/// What it starts in its brackets: proposals of the model, for trials of any budgets.
std::unique_ptr<const Strategy> make_bohb_starts(const Setting& setting,
                                                 const base::Reader& options);

}  // namespace tune::search
