#pragma once

#include <filesystem>
#include <span>

#include "search/base/reader.hpp"
#include "tuner/data/dataset.hpp"

namespace tune::tuner {

/// The data set of [data] csv and test_csv. A first pass counts the rows (and collects the
/// categories of text columns), the second parses straight into the one matrix there is.
Dataset load_csv(const base::Reader& options, const std::filesystem::path& folder);

/// The columns, found by name, as features x rows. A missing cell becomes NaN where `may_miss` (one
/// a feature) says so; it and an unknown category are InputErrors otherwise.
Eigen::MatrixXf read_csv_columns(const std::filesystem::path& file,
                                 const std::vector<Column>& columns,
                                 const std::vector<bool>& may_miss);

/// Names of the features that the columns become.
std::vector<std::string> feature_names(const std::vector<Column>& columns);

}  // namespace tune::tuner
