#include "tuner/spec/earlier.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tuner/report/stored_study.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/spec/list_file.hpp"
#include "tuner/storage/optuna_trials.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Value;
using nlohmann::json;

constexpr std::string_view kParameter = "param_", kMean = "mean_test_";

bool is_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

std::optional<double> finite(const Configuration& row, const char* column) {
  const auto found = row.find(column);
  if (found == row.end()) return std::nullopt;
  const double number = base::to_number(found->second);
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// A rank or a number of epochs.
int count_of(double number) {
  return number >= 0 && number <= 1e9 ? static_cast<int>(number) : 0;
}

void read_row(Earlier& earlier, const Configuration& row) {
  EarlierTrial trial;
  for (const auto& [name, value] : row) {
    if (name.starts_with(kParameter)) {
      trial.configuration.emplace(name.substr(kParameter.size()), value);
    } else if (const auto mean = finite(row, name.c_str()); mean && name.starts_with(kMean)) {
      trial.means.emplace(name.substr(kMean.size()), *mean);
    }
  }
  trial.state = base::to_text(row.at("state"));
  trial.rank = count_of(finite(row, "rank_test_score").value_or(0));
  trial.score = finite(row, "mean_test_score");
  if (const auto budget = finite(row, "n_resources")) trial.budget = count_of(*budget);
  earlier.trials.push_back(std::move(trial));
}

void read_object(Earlier& earlier, const json& item) {
  EarlierTrial trial;
  for (const auto& [name, content] : item.at("configuration").items()) {
    const auto value = to_value(content, {earlier.file, 0, name});
    if (value) trial.configuration.emplace(name, *value);
  }
  trial.state = item.at("state").get<std::string>();
  trial.rank = item.at("rank").get<int>();
  const json& score = item.at("scores").at(earlier.metric).at("mean_test");
  if (score.is_number()) trial.score = score.get<double>();
  for (const auto& [name, figures] : item.at("scores").items()) {
    const json& mean = figures.at("mean_test");
    if (mean.is_number()) trial.means.emplace(name, mean.get<double>());
  }
  if (item.contains("budget")) trial.budget = count_of(item.at("budget").get<double>());
  earlier.trials.push_back(std::move(trial));
}

void read_document(Earlier& earlier, std::string_view text) {
  const json document = parse_json(text, earlier.file);
  try {
    const json& metric = document.at("metrics").at(0);
    earlier.metric = metric.at("name").get<std::string>();
    earlier.maximize = metric.at("goal") == "maximize";
    for (const json& item : document.at("trials")) read_object(earlier, item);
  } catch (const json::exception&) {
    base::fail({earlier.file, 0, {}}, "is not the results.json of a study");
  }
}

}  // namespace

bool is_results(std::string_view text) {
  if (!is_json(text)) {
    const std::string_view header = text.substr(0, text.find('\n'));
    return header.find("rank_test_score") != std::string_view::npos;
  }
  return text.find("\"trials\"") != std::string_view::npos &&
         text.find("\"configs\"") == std::string_view::npos;
}

Earlier parse_results(std::string_view text, std::string file) {
  Earlier earlier{.file = std::move(file), .metric = {}, .trials = {}};
  if (is_json(text)) {
    read_document(earlier, text);
  } else {
    for (const Configuration& row : parse_list(text, earlier.file).configurations) {
      if (!row.contains("state")) {
        base::fail({earlier.file, 0, {}}, "is not the results.csv of a study: it has no state");
      }
      read_row(earlier, row);
    }
  }
  return earlier;
}

Earlier earlier_of(const StoredStudy& study, std::string file) {
  const StudySummary summary = study.summary();
  const std::vector<int> places = ranks(study.records, summary.ranked_by());
  const MetricInfo& first = study.metrics.front();
  const bool named = study.ours || !first.name.starts_with(kUnnamedValue);
  Earlier earlier{.file = std::move(file),
                  .metric = named ? first.name : std::string(),
                  .maximize = first.maximize,
                  .trials = {}};
  for (const TrialRecord& record : study.records) {
    EarlierTrial trial{.configuration = record.configuration,
                       .state = to_text(record.state),
                       .rank = places[summary.position(record)],
                       .score = {},
                       .budget = {}};
    for (std::size_t m = 0; m < study.metrics.size(); ++m) {
      const double mean = record.mean(m);
      if (!std::isfinite(mean)) continue;
      if (m == 0) trial.score = mean;
      trial.means.emplace(study.metrics[m].name, mean);
    }
    if (summary.budgets_differ()) trial.budget = record.budget;
    earlier.trials.push_back(std::move(trial));
  }
  return earlier;
}

bool is_study(const std::string& place) {
  return StudyPlace::is_url(place) || std::filesystem::is_directory(place);
}

Earlier read_results(const std::string& place) {
  std::string file = place;
  if (is_study(place)) {
    const StudyPlace study = StudyPlace::parse(place);
    if (study.store()) return earlier_of(load_study(study), study.text());
    file = (study.folder / "results.json").string();
  }
  return parse_results(read_text(file), file);
}

std::vector<EarlierTrial> Earlier::of(const search::Space& space) const {
  std::vector<EarlierTrial> fitting;
  for (EarlierTrial trial : trials) {
    for (auto& [name, value] : trial.configuration) {
      const auto parameter = space.find(name);
      if (parameter) value = normalised(space.parameters()[*parameter].domain, value);
    }
    if (space.contains(trial.configuration)) fitting.push_back(std::move(trial));
  }
  return fitting;
}

}  // namespace tune::tuner
