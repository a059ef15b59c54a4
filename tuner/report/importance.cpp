#include "tuner/report/importance.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "search/importance.hpp"
#include "tuner/report/text.hpp"
#include "tuner/study/streams.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kBar = 30;  ///< characters of a share of 1

using Records = std::vector<const TrialRecord*>;

/// Trials with a score by their budgets; 0: of a study without brackets.
std::map<int, Records> by_budget(const std::vector<TrialRecord>& records) {
  std::map<int, Records> budgets;
  for (const TrialRecord& record : records) {
    if (record.state == TrialRecord::State::failed || record.ended_by_pruner()) continue;
    if (record.stage) {
      budgets[record.budget].push_back(&record);
    } else if (record.state == TrialRecord::State::complete) {
      budgets[0].push_back(&record);
    }
  }
  return budgets;
}

}  // namespace

std::optional<StudyImportance> importance_of(const StudySummary& study) {
  const std::map<int, Records> budgets = by_budget(*study.records);
  // Larger than another one: the first criterion is whether there are enough.
  const auto worth = [](const auto& entry) {
    const auto& [budget, records] = entry;
    const bool enough = records.size() >= StudyImportance::kEnough;
    return std::tuple(enough, enough ? 0 : records.size(), budget);
  };
  const auto chosen = std::ranges::max_element(budgets, {}, worth);
  if (chosen == budgets.end() || chosen->second.size() < 2) return std::nullopt;

  std::vector<search::Observation> observations;
  for (const TrialRecord* record : chosen->second) {
    observations.push_back({study.space->to_row(record->configuration), record->mean(0)});
  }
  const search::Importance shares = search::importance(
      *study.space, observations, base::Rng(study.seed).split(streams::importance));
  StudyImportance result{
      .trials = observations.size(),
      .budget = chosen->first,
      .parameters = {},
      .rest = 0,
      .metric = study.objectives > 1 ? study.metrics.front().name : std::string()};
  for (std::size_t i = 0; i < study.space->dimensions(); ++i) {
    const search::Parameter& parameter = study.space->parameters()[i];
    if (search::count(parameter.domain) == 1) continue;
    result.parameters.emplace_back(parameter.name, shares.main[i]);
  }
  std::ranges::stable_sort(result.parameters, std::ranges::greater(),
                           [](const auto& parameter) { return parameter.second; });
  result.rest = shares.rest;
  return result;
}

std::string importance_text(const StudyImportance& importance) {
  std::vector<std::pair<std::string, double>> lines = importance.parameters;
  lines.emplace_back("the rest", importance.rest);
  std::size_t width = 0;
  for (const auto& [name, share] : lines) width = std::max(width, display_width(name));
  std::string text = "Importance" + (importance.metric.empty() ? "" : " for " + importance.metric) +
                     ", by the scores of " + counted(importance.trials, "trial");
  if (importance.budget > 0) {
    text += " with " + counted(static_cast<std::uint64_t>(importance.budget), "epoch");
  }
  text += '\n';
  for (const auto& [name, share] : lines) {
    const auto percent = static_cast<std::uint64_t>(std::lround(100 * share));
    text +=
        "  " + left_aligned(name, width) + "  " + right_aligned(std::to_string(percent), 3) + "%  ";
    for (auto i = std::lround(kBar * share); i > 0; --i) text += "█";
    while (text.back() == ' ') text.pop_back();
    text += '\n';
  }
  return text;
}

}  // namespace tune::tuner
