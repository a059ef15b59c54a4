#pragma once

#include <string>

#include "search/brackets.hpp"

namespace tune::tuner {

/// The brackets of a schedule: a line for each with the trials at the epochs of its rungs, and its
/// trials and epochs of a fold, and a line for all; below them a sentence with what they come to.
std::string schedule_text(const search::Schedule& schedule);

}  // namespace tune::tuner
