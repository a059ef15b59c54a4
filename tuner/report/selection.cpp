#include "tuner/report/selection.hpp"

#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"
#include "search/literal.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Value;
using State = TrialRecord::State;

Value count_of(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

/// What a trial can be chosen by.
Configuration figures_of(const StudySummary& study, const TrialRecord& record, int rank) {
  Configuration figures = record.configuration;
  const auto add = [&](const std::string& name, Value value) {
    const auto* real = std::get_if<double>(&value);
    if (real == nullptr || !std::isnan(*real)) figures.emplace(name, std::move(value));
  };
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    add(study.metrics[m].name, record.mean(m));
  }
  add("score", record.mean(0));
  add("trial", count_of(record.number));
  add("rank", std::int64_t{rank});
  add("state", to_text(record.state));
  add("budget", std::int64_t{record.budget});
  add("epochs", record.mean_epochs());
  add("time", record.time());
  if (record.stage) {
    add("bracket", count_of(record.stage->bracket));
    add("rung", count_of(record.stage->rung));
  }
  if (record.parent) add("parent", count_of(*record.parent));
  return figures;
}

void require_known(const StudySummary& study, const std::string& name, const char* option) {
  std::vector<std::string> names;
  for (const search::Parameter& parameter : study.space->parameters()) {
    names.push_back(parameter.name);
  }
  for (const MetricInfo& metric : study.metrics) names.push_back(metric.name);
  for (const char* figure : {"score", "trial", "rank", "state", "budget", "epochs", "time",
                             "bracket", "rung", "parent"}) {
    names.emplace_back(figure);
  }
  if (std::ranges::find(names, name) != names.end()) return;
  throw base::InputError(std::string(option) + ": the trials have no '" + name + "'" +
                         base::suggestion(name, names));
}

/// Text after numbers.
bool less(const Value& a, const Value& b) {
  const auto* text_a = std::get_if<std::string>(&a);
  const auto* text_b = std::get_if<std::string>(&b);
  if (text_a != nullptr && text_b != nullptr) return *text_a < *text_b;
  if (text_a != nullptr || text_b != nullptr) return text_b != nullptr;
  return base::to_number(a) < base::to_number(b);
}

}  // namespace

std::vector<State> parse_states(const std::string& text) {
  std::vector<State> states;
  std::vector<std::string> names;
  for (const State state : {State::complete, State::pruned, State::failed}) {
    names.push_back(to_text(state));
  }
  for (const std::string_view word : search::split_items(text)) {
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
      throw base::InputError("--state: unknown state '" + std::string(word) + "'" +
                             base::suggestion(word, names));
    }
    states.push_back(static_cast<State>(found - names.begin()));
  }
  return states;
}

std::vector<std::size_t> select(const StudySummary& study, const Selection& selection) {
  for (const search::Comparison& comparison : selection.where.all) {
    require_known(study, comparison.parameter, "--where");
  }
  if (!selection.sort.empty()) require_known(study, selection.sort, "--sort");
  const std::vector<TrialRecord>& records = *study.records;
  const std::vector<int> places = ranks(records, study.ranked_by());
  struct Chosen {
    std::size_t position;
    std::optional<Value> by;
  };
  std::vector<Chosen> chosen;
  for (const std::size_t i : ranking(records, study.ranked_by())) {
    const auto& states = selection.states;
    if (!states.empty() && std::ranges::find(states, records[i].state) == states.end()) continue;
    const Configuration figures = figures_of(study, records[i], places[i]);
    if (!search::holds(selection.where, figures)) continue;
    const auto by = figures.find(selection.sort);
    chosen.push_back({i, by == figures.end() ? std::nullopt : std::optional(by->second)});
  }
  if (!selection.sort.empty()) {
    std::ranges::stable_sort(chosen, [&](const Chosen& a, const Chosen& b) {
      if (!a.by || !b.by) return a.by.has_value() && !b.by;
      return selection.descending ? less(*b.by, *a.by) : less(*a.by, *b.by);
    });
  }
  std::vector<std::size_t> positions;
  for (const Chosen& one : chosen) {
    if (positions.size() < selection.top) positions.push_back(one.position);
  }
  return positions;
}

}  // namespace tune::tuner
