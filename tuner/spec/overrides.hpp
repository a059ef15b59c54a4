#pragma once

#include <span>
#include <vector>

#include "search/base/value.hpp"
#include "tuner/spec/ini.hpp"

namespace tune::tuner {

/// Puts the entries of the command line in the place of those of the file; what a section of
/// [model], [training] says takes the place of a parameter in [space] and the other way round,
/// `forbid` is added. Returns the names that were parameters and now have this value for good.
/// Throws InputError: a section that does not exist (in either), an option given twice.
base::Configuration apply_overrides(std::vector<Entry>& entries, std::span<const Entry> overrides);

}  // namespace tune::tuner
