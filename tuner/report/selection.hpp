#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "search/condition.hpp"
#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// Which trials are to be shown, and in which order.
///
/// Names are those of parameters, of metrics (their means) and `score`, the first of these, and
/// trial, rank, state, budget, epochs, time, and in brackets bracket, rung and parent. A parameter
/// goes before a figure of the same name.
struct Selection {
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  std::vector<TrialRecord::State> states = {};  ///< none: all
  search::Condition where = {};
  std::string sort = {};  ///< a name; empty: by rank
  bool descending = false;
  std::size_t top = kAll;

  /// Does it choose anything but the first ones by rank?
  bool is_plain() const { return states.empty() && where.always() && sort.empty(); }
};

/// Reads "complete, pruned". Throws InputError.
std::vector<TrialRecord::State> parse_states(const std::string& text);

/// Positions of the records. Trials without the value that they are sorted by come last; equal ones
/// stay in the order of their ranks. Throws InputError on a name that is none.
std::vector<std::size_t> select(const StudySummary& study, const Selection& selection);

}  // namespace tune::tuner
