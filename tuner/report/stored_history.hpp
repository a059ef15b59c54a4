#pragma once

#include <filesystem>
#include <map>
#include <vector>

namespace tune::tuner {

/// The validation losses of one fold, by epoch.
using LossCurve = std::map<int, double>;

/// Those of a trial, a curve a fold, from the history.csv of a run's folder; empty where there are
/// none. Throws InputError if the file is not what a run writes.
std::vector<LossCurve> load_validation_losses(const std::filesystem::path& folder,
                                              std::size_t trial);

}  // namespace tune::tuner
