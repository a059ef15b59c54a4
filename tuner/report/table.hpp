#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

struct TableOptions {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  std::size_t best = 10;     ///< how many trials, from the best one
  std::size_t failures = 3;  ///< how many of the failed ones are named below with their reason
  std::size_t width = 0;     ///< columns of the terminal; 0: no limit
};

/// The best trials, ranked: parameters, mean score and its standard error over the splits, score on
/// the training rows, epochs, time, the means of further metrics; in brackets also the budget, of
/// which the epochs are what the trial itself has added. Where the terminal is too narrow
/// the last of these go first, which a line says; objectives never do. Below it, how many trials
/// failed, and why.
std::string table_text(const StudySummary& study, const TableOptions& options);

/// The same columns of the records that tables have, in Markdown.
std::string table_markdown(const StudySummary& study);

}  // namespace tune::tuner
