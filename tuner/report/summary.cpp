#include "tuner/report/summary.hpp"

#include <algorithm>

namespace tune::tuner {

bool StudySummary::in_brackets() const {
  return std::ranges::any_of(*records,
                             [](const TrialRecord& record) { return record.stage.has_value(); });
}

bool StudySummary::budgets_differ() const {
  return in_brackets() || std::ranges::any_of(*records, &TrialRecord::ended_by_pruner);
}

std::vector<std::size_t> lineage(const std::vector<TrialRecord>& records, std::size_t trial) {
  std::vector<std::size_t> trials = {trial};
  while (const auto parent = records[trials.back()].parent) trials.push_back(*parent);
  std::ranges::reverse(trials);
  return trials;
}

}  // namespace tune::tuner
