#include "tuner/report/csv_study.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "search/literal.hpp"
#include "tuner/spec/list_file.hpp"
#include "tuner/storage/optuna_trials.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Value;

constexpr std::string_view kParameter = "param_";

std::vector<std::string> columns_of(const ListFile& list) {
  std::set<std::string> names;
  for (const Configuration& row : list.configurations) {
    for (const auto& [name, value] : row) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string require(const std::string& name, const std::vector<std::string>& columns,
                    const std::string& file) {
  if (std::ranges::find(columns, name) != columns.end()) return name;
  base::fail({file, 0, {}}, "has no column '" + name + "'" + base::suggestion(name, columns));
}

std::string score_column(const CsvMeaning& meaning, const std::vector<std::string>& columns,
                         const std::string& file) {
  if (!meaning.score.empty()) return require(meaning.score, columns, file);
  const bool results = std::ranges::find(columns, "mean_test_score") != columns.end();
  return results ? "mean_test_score" : require("score", columns, file);
}

std::vector<std::string> parameter_columns(const CsvMeaning& meaning, const std::string& score,
                                           const std::vector<std::string>& columns,
                                           const std::string& file) {
  std::vector<std::string> names;
  for (const std::string_view name : search::split_items(meaning.parameters)) {
    names.push_back(require(std::string(name), columns, file));
  }
  if (!names.empty()) return names;
  for (const std::string& name : columns) {
    if (name.starts_with(kParameter)) names.push_back(name);
  }
  if (!names.empty()) return names;
  std::ranges::copy_if(columns, std::back_inserter(names),
                       [&](const std::string& name) { return name != score; });
  return names;
}

/// The range of numbers, or a choice.
search::Domain domain_of(const std::vector<Value>& values) {
  bool text = false, real = false;
  std::vector<double> numbers;
  for (const Value& value : values) {
    text = text || std::holds_alternative<std::string>(value);
    real = real || std::holds_alternative<double>(value);
    numbers.push_back(base::to_number(value));
  }
  const auto [low, high] = std::ranges::minmax(numbers);
  if (!text && low < high) {
    if (real) return search::Real{low, high};
    return search::Integer{static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
  }
  search::Choice choice;
  for (const Value& value : values) {
    const auto same = [&](const Value& one) { return base::same(one, value); };
    if (std::ranges::none_of(choice.values, same)) choice.values.push_back(value);
  }
  return choice;
}

/// Moves a column into the configurations, in the type of its domain.
void add_parameter(const ListFile& list, const std::string& column, StoredStudy& study,
                   std::vector<search::Parameter>& parameters) {
  std::vector<Value> values;
  for (const Configuration& row : list.configurations) {
    const auto found = row.find(column);
    if (found != row.end()) values.push_back(found->second);
  }
  std::string name = column;
  if (name.starts_with(kParameter)) name.erase(0, kParameter.size());
  parameters.push_back({name, domain_of(values), {}});
  for (TrialRecord& record : study.records) {
    const Configuration& row = list.configurations[record.number];
    const auto found = row.find(column);
    if (found == row.end()) continue;
    record.configuration.emplace(name, normalised(parameters.back().domain, found->second));
  }
}

TrialRecord trial_of(std::size_t number, const Configuration& row, const std::string& score) {
  TrialRecord record;
  record.number = number;
  record.budget = 1;
  const auto found = row.find(score);
  const double value = found == row.end() ? std::nan("") : base::to_number(found->second);
  const auto state = row.find("state");
  if (state != row.end() && base::to_text(state->second) == "pruned") {
    record.state = TrialRecord::State::pruned;
    record.budget = 0;
  }
  if (std::isfinite(value)) {
    FoldResult& fold = record.folds.emplace_back();
    fold.scores = {value};
    fold.train_scores = {std::nan("")};
  } else {
    record.state = TrialRecord::State::failed;
    record.failure = "it has no score";
  }
  return record;
}

}  // namespace

StoredStudy parse_csv_study(std::string_view text, const std::string& file,
                            const CsvMeaning& meaning) {
  const ListFile list = parse_list(text, file);
  const std::vector<std::string> columns = columns_of(list);
  const std::string score = score_column(meaning, columns, file);
  StoredStudy study;
  study.ours = false;
  study.splits = 1;
  study.epochs = 1;
  const bool nameless = score == "score" || score == kUnnamedValue || score == "mean_test_score";
  study.metrics = {{nameless ? kUnnamedValue : score, meaning.maximize}};
  for (const Configuration& row : list.configurations) {
    study.records.push_back(trial_of(study.records.size(), row, score));
  }
  std::vector<search::Parameter> parameters;
  for (const std::string& column : parameter_columns(meaning, score, columns, file)) {
    add_parameter(list, column, study, parameters);
  }
  study.space = search::Space(std::move(parameters), {});
  return study;
}

}  // namespace tune::tuner
