#pragma once

#include <filesystem>
#include <string>

#include "tuner/data/profile.hpp"

namespace tune::tuner {

/// The column that is most likely to be predicted: one called target, label, class, outcome or y,
/// else the last one.
std::string likely_target(const CsvProfile& data);

/// A commented space file for the data with the ranges of "Hands-On Machine Learning", chapter 10:
/// 1 to 5 hidden layers, 10 to 100 neurons, batches from 2 to 32 and larger ones for many rows, a
/// learning rate over decades; output layer and loss by the task. Columns that cannot be of use are
/// dropped. `csv` is the path to be written. Throws InputError if the target is no column, or one
/// that cannot be predicted.
std::string draft_space(const CsvProfile& data, const std::string& target,
                        const std::filesystem::path& csv);

}  // namespace tune::tuner
