#include "tuner/report/stored_study.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "tuner/report/study_of_store.hpp"
#include "tuner/report/text.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/spec/placed.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::json;
using base::InputError;

std::vector<MetricInfo> read_metrics(const Json& list) {
  std::vector<MetricInfo> metrics;
  for (const Json& metric : list) {
    metrics.push_back({metric.at("name"), metric.at("goal") == "maximize"});
  }
  if (metrics.empty()) throw InputError("metrics: there is none");
  return metrics;
}

search::Space read_space(const Json& list) {
  std::vector<search::Parameter> parameters;
  for (const Json& entry : list) {
    search::Parameter parameter{entry.at("name"), {}, {}};
    parameter.domain = search::parse_domain(entry.at("domain").get<std::string>());
    if (entry.contains("when")) {
      parameter.when = search::parse_condition(entry.at("when").get<std::string>());
    }
    parameters.push_back(std::move(parameter));
  }
  return search::Space(std::move(parameters), {});
}

base::Value read_value(const Json& json) {
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  return json.get<std::string>();
}

/// null: not a number.
double read_number(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

TrialRecord::State read_state(const std::string& text) {
  using State = TrialRecord::State;
  for (const State state : {State::complete, State::pruned, State::failed}) {
    if (text == to_text(state)) return state;
  }
  throw InputError("unknown state '" + text + "'");
}

std::vector<FoldResult> read_folds(const Json& trial, const StoredStudy& study) {
  std::vector<FoldResult> folds(trial.at("epochs").size());
  for (std::size_t f = 0; f < folds.size(); ++f) {
    FoldResult& fold = folds[f];
    fold.epochs = trial.at("epochs").at(f);
    fold.best_epoch = trial.at("best_epochs").at(f);
    fold.fit_time = read_number(trial.at("fit_time").at(f));
    fold.score_time = read_number(trial.at("score_time").at(f));
    for (const MetricInfo& metric : study.metrics) {
      const Json& scores = trial.at("scores").at(metric.name);
      fold.scores.push_back(read_number(scores.at("split_test").at(f)));
      fold.train_scores.push_back(read_number(scores.at("split_train").at(f)));
    }
  }
  return folds;
}

TrialRecord read_trial(const Json& json, const StoredStudy& study) {
  TrialRecord record;
  record.number = json.at("trial");
  if (record.number != study.records.size()) throw InputError("a trial is missing before it");
  record.state = read_state(json.at("state"));
  record.budget = json.value("budget", study.epochs);
  record.origin = json.value("origin", "");
  if (json.contains("bracket")) {
    record.stage = search::Stage{json.at("bracket"), json.at("rung")};
    if (!json.at("parent").is_null()) {
      record.parent = json.at("parent").get<std::size_t>();
      if (*record.parent >= record.number) throw InputError("its parent comes after it");
      if (!study.records[*record.parent].stage) throw InputError("its parent is in no bracket");
      record.from = study.records[*record.parent].budget;
    }
  }
  for (const auto& [name, value] : json.at("configuration").items()) {
    record.configuration[name] = read_value(value);
  }
  study.space.require(record.configuration);
  if (!json.at("failure").is_null()) record.failure = json.at("failure");
  record.folds = read_folds(json, study);
  if (record.folds.empty() && record.state != TrialRecord::State::failed) {
    throw InputError("it has no folds");
  }
  if (json.contains("pruned")) {
    const Json& pruned = json.at("pruned");
    if (pruned.at("fold").get<std::size_t>() + 1 != record.folds.size()) {
      throw InputError("it was not pruned in its last fold");
    }
    record.folds.back().pruned = pruned.at("epochs").get<int>();
    record.folds.back().verdict = pruned.value("verdict", "");
  }
  return record;
}

StoredStudy read_head(const Json& json) {
  StoredStudy study;
  study.name = json.at("study");
  study.strategy = json.value("strategy", "");
  if (const Json chosen = json.value("chosen", Json()); !chosen.is_null()) {
    study.chosen = search::Chosen{chosen.at("strategy"), chosen.at("reason")};
  }
  study.epochs = json.value("epochs", 0);
  study.seed = json.at("seed");
  study.splits = json.at("splits");
  study.interrupted = json.at("interrupted");
  study.metrics = read_metrics(json.at("metrics"));
  study.objectives = json.value("objectives", std::size_t{1});
  if (study.objectives < 1 || study.objectives > study.metrics.size()) {
    throw InputError("objectives: there are not so many metrics");
  }
  study.space = read_space(json.at("parameters"));
  if (json.contains("shard")) {
    const Json& shard = json.at("shard");
    study.shard = Shard::parse(Shard{shard.at(0), shard.at(1)}.text());
  }
  return study;
}

StoredStudy read_results(const Json& json) {
  StoredStudy study = read_head(json);
  for (const Json& trial : json.at("trials")) {
    at({.file = "trial " + std::to_string(study.records.size()), .line = 0, .key = {}},
       [&] { study.records.push_back(read_trial(trial, study)); });
  }
  return study;
}

template <class Read>
auto parsed(const std::string& text, Read read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw InputError(std::string("is not what a run writes: ") + error.what());
  }
}

StoredStudy load_results(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  return at({.file = file.string(), .line = 0, .key = {}},
            [&] { return parsed(text, [](const Json& json) { return read_results(json); }); });
}

}  // namespace

StudySummary StoredStudy::summary() const {
  StudySummary summary;
  summary.name = name;
  summary.strategy = strategy;
  summary.chosen = chosen ? &*chosen : nullptr;
  summary.epochs = epochs;
  summary.metrics = metrics;
  summary.objectives = objectives;
  summary.seed = seed;
  summary.splits = splits;
  summary.space = &space;
  summary.records = &records;
  summary.interrupted = interrupted;
  return summary;
}

const TrialRecord& StoredStudy::trial(std::size_t number) const {
  const auto found = std::ranges::lower_bound(records, number, {}, &TrialRecord::number);
  if (found != records.end() && found->number == number) return *found;
  throw InputError("there is no trial " + std::to_string(number) + ": the run has " +
                   counted(records.size(), "trial") + ", from 0 on");
}

StoredStudy parse_head(const std::string& json) {
  return parsed(json, [](const Json& head) { return read_head(head); });
}

StoredStudy load_study(const StudyPlace& place) {
  const std::filesystem::path file = place.folder / "results.json";
  if (const auto store = place.store()) {
    try {
      return study_of_store(*store, place.name);
    } catch (const InputError&) {
      // A run leaves its results also where its store elsewhere is away.
      const bool left = place.storage && !place.folder.empty() && std::filesystem::exists(file);
      if (!left) throw;
    }
  }
  if (!std::filesystem::exists(file)) {
    throw InputError(place.folder.string() + ": holds no run: neither " + kStoreFile +
                     " nor results.json is there");
  }
  return load_results(file);
}

}  // namespace tune::tuner
