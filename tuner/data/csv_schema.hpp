#pragma once

#include "search/base/reader.hpp"
#include "tuner/data/csv_file.hpp"
#include "tuner/data/csv_rows.hpp"

namespace tune::tuner {

/// What [data] says about the columns of a file: target, weight, group, split, fold, drop,
/// categorical, missing, task; all other columns are features. Categories are not yet known.
/// Throws InputError for names that are no column, or columns with two uses.
CsvSchema make_schema(const CsvFile& file, const base::Reader& options);

}  // namespace tune::tuner
