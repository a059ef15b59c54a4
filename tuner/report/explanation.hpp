#pragma once

#include <string>
#include <vector>

#include "tuner/report/stored_history.hpp"
#include "tuner/report/stored_study.hpp"

namespace tune::tuner {

/// Why a trial was proposed, what came out, why it went no further and what it was compared with,
/// in lines of at most `width` columns. `losses` are its validation losses, if there are any.
/// Throws InputError if the study has no such trial.
std::string explanation(const StoredStudy& study, std::size_t trial,
                        const std::vector<LossCurve>& losses, std::size_t width);

}  // namespace tune::tuner
