#pragma once

#include <string>
#include <string_view>

#include "tuner/report/stored_study.hpp"

namespace tune::tuner {

/// What the columns of a CSV with a line a trial mean.
struct CsvMeaning {
  std::string score;       ///< its column; empty: `score`, or else `mean_test_score`
  std::string parameters;  ///< columns with commas between; empty: those that start with `param_`,
                           ///< or, if there are none, all but the score
  bool maximize = false;
};

/// Reads it as a study of one objective, whose name is that of the score's column unless that is
/// `score`, `value` or `mean_test_score`. Lines without a score are failed trials. The domain of a
/// parameter is the range of its numbers, or the choice of its texts. Throws InputError that names
/// the file and the column that is missing.
StoredStudy parse_csv_study(std::string_view text, const std::string& file,
                            const CsvMeaning& meaning);

}  // namespace tune::tuner
