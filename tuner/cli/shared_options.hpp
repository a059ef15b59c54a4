#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

// Options that several verbs take.

/// The number that is given to an option, or an argument, of that name. Throws InputError unless it
/// is one from `low` to `high`.
std::int64_t integer(const std::string& name, const std::string& text, double low, double high);
/// The same for an option, without its dashes, of which 65,536 is enough.
int count(const std::string& name, const std::string& text, int low);

Option storage_option(std::string help);
Option jobs_option(
    std::string help = "fits at the same time (default: all cores); changes no result");
Option keep_models_option();
Option quiet_option();

}  // namespace tune::tuner
