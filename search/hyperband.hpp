#pragma once

#include <memory>
#include <vector>

#include "search/brackets.hpp"
#include "search/strategy.hpp"

namespace tune::search {

/// The keys of [study] that lay out brackets: eta, min_epochs; with Hyperband's `sizing`.
std::vector<base::Key> halving_keys();
std::vector<base::Key> hyperband_keys();
/// What they say. Throws InputError if no budget fits.
BracketOptions read_brackets(const Setting& setting, const base::Reader& options);

/// The brackets of a setting.
Schedule make_schedule(const Setting& setting, std::vector<Bracket> pass);

/// Hyperband's, as the options say.
Schedule hyperband_schedule(const Setting& setting, const base::Reader& options);

/// Trains what `starts` proposes in the brackets of a schedule. Brackets overlap: what is certain
/// to be promoted comes first, then the next start, but before a bracket begins all but the last
/// `window` starts of those before it must have come to an end; if `starts` learns from outcomes,
/// all but the last window - 1 starts must, before each of them. The strategy of the starts sees
/// the same prefix, promotions included, with the outcomes that brackets have waited for.
std::unique_ptr<const Strategy> in_brackets(Schedule schedule, const Setting& setting,
                                            std::unique_ptr<const Strategy> starts);

}  // namespace tune::search
