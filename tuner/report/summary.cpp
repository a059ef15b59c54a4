#include "tuner/report/summary.hpp"

#include <algorithm>
#include <cmath>

#include "tuner/report/text.hpp"

namespace tune::tuner {

std::vector<const TrialRecord*> StudySummary::rows() const {
  std::vector<const TrialRecord*> rows;
  if (shown) {
    for (const std::size_t i : *shown) rows.push_back(&(*records)[i]);
  } else {
    for (const TrialRecord& record : *records) rows.push_back(&record);
  }
  return rows;
}

std::size_t StudySummary::position(const TrialRecord& record) const {
  return static_cast<std::size_t>(&record - records->data());
}

bool StudySummary::in_brackets() const {
  return std::ranges::any_of(*records,
                             [](const TrialRecord& record) { return record.stage.has_value(); });
}

bool StudySummary::budgets_differ() const {
  return in_brackets() || std::ranges::any_of(*records, &TrialRecord::ended_by_pruner);
}

std::string mean_text(const MetricInfo& metric, double mean) {
  return metric.name == kParameters ? grouped_digits(static_cast<std::uint64_t>(std::llround(mean)))
                                    : score_text(mean, 0).mean;
}

std::string score_text(const MetricInfo& metric, std::size_t index, const TrialRecord& record) {
  if (metric.name == kParameters || record.folds.size() < 2) {
    return mean_text(metric, record.mean(index));
  }
  return plus_minus(score_text(record.mean(index), record.standard_error(index)));
}

std::vector<std::size_t> first_front(const StudySummary& study) {
  const std::vector<int> places = ranks(*study.records, study.ranked_by());
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool scored = (*study.records)[i].state != TrialRecord::State::failed;
    if (places[i] == 1 && scored) front.push_back(i);
  }
  return front;
}

std::vector<std::size_t> lineage(const std::vector<TrialRecord>& records, std::size_t trial) {
  std::vector<std::size_t> trials = {trial};
  while (const auto parent = records[trials.back()].parent) trials.push_back(*parent);
  std::ranges::reverse(trials);
  return trials;
}

}  // namespace tune::tuner
