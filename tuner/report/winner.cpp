#include "tuner/report/winner.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

void add_parameters(Lines& lines, const StudySummary& study, const TrialRecord& winner) {
  for (const search::Parameter& parameter : study.space->parameters()) {
    const auto found = winner.configuration.find(parameter.name);
    if (found == winner.configuration.end()) continue;
    lines.emplace_back(parameter.name, base::to_text(found->second));
  }
}

void add_scores(Lines& lines, const StudySummary& study, const TrialRecord& winner) {
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const MetricInfo& metric = study.metrics[m];
    std::string text = score_text(metric, m, winner);
    if (metric.name != kParameters) {
      if (study.splits > 1) text += " over " + std::to_string(study.splits) + " folds";
      text += " (training rows: " + mean_text(metric, winner.train_mean(m)) + ')';
    }
    lines.emplace_back(metric.name, text);
  }
}

/// "12 (1 epoch), 88 (3), 130 (9)"
std::string lineage_text(const std::vector<TrialRecord>& records, const TrialRecord& winner) {
  std::string text;
  for (const std::size_t trial : lineage(records, winner.number)) {
    const int budget = records[trial].budget;
    text += (text.empty() ? "" : ", ") + std::to_string(trial) + " (" + std::to_string(budget);
    if (!records[trial].parent) text += budget == 1 ? " epoch" : " epochs";
    text += ')';
  }
  return text;
}

void add_refit(Lines& lines, const StudySummary& study, const Refit& refit) {
  lines.emplace_back(
      "refit", std::to_string(refit.epochs) + (refit.epochs == 1 ? " epoch on " : " epochs on ") +
                   grouped_digits(refit.train_rows) + " rows, " + duration_text(refit.fit_time));
  for (std::size_t m = 0; m < refit.test_scores.size(); ++m) {
    if (study.metrics[m].name == kParameters) continue;
    lines.emplace_back("test " + study.metrics[m].name,
                       score_text(refit.test_scores[m], 0).mean + " on " +
                           grouped_digits(refit.test_rows) + " rows");
  }
  if (refit.test_scores.empty()) lines.emplace_back("test", "no rows are held out");
}

/// Which of the trials that none is better than has won, or nothing.
std::string of_front(const StudySummary& study) {
  if (study.objectives == 1) return {};
  return ", of the Pareto front (" + counted(first_front(study).size(), "trial") +
         ") the best by " + study.metrics.front().name;
}

}  // namespace

std::string winner_text(const StudySummary& study) {
  const std::vector<TrialRecord>& records = *study.records;
  if (records.empty()) return {};
  const TrialRecord& winner = records[ranking(records, study.ranked_by()).front()];
  if (winner.state == TrialRecord::State::failed) return {};
  Lines lines;
  add_parameters(lines, study, winner);
  if (winner.stage) lines.emplace_back("trained as", "trial " + lineage_text(records, winner));
  add_scores(lines, study, winner);
  if (study.refit) add_refit(lines, study, *study.refit);

  std::size_t width = 0;
  for (const auto& [label, text] : lines) width = std::max(width, display_width(label));
  std::string text = "Winner: trial " + std::to_string(winner.number) + of_front(study) + '\n';
  for (const auto& [label, value] : lines) {
    text += "  " + left_aligned(label, width) + "  " + value + '\n';
  }
  return text;
}

}  // namespace tune::tuner
