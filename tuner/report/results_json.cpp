#include "tuner/report/results_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace tune::tuner {
namespace {

using Json = nlohmann::ordered_json;

/// Numbers that are not finite become null; bytes that are no UTF-8 are replaced.
std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Value>
Json each_fold(const TrialRecord& record, Value value) {
  Json list = Json::array();
  for (const FoldResult& fold : record.folds) list.push_back(value(fold));
  return list;
}

Json configuration_json(const search::Space& space, const base::Configuration& configuration) {
  Json json = Json::object();
  for (const search::Parameter& parameter : space.parameters()) {
    const auto found = configuration.find(parameter.name);
    if (found == configuration.end()) continue;
    std::visit([&](const auto& value) { json[parameter.name] = value; }, found->second);
  }
  return json;
}

Json scores_json(const TrialRecord& record, const std::vector<MetricInfo>& metrics) {
  Json json = Json::object();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    json[metrics[m].name] = {
        {"mean_test", record.mean(m)},
        {"std_test", record.deviation(m)},
        {"standard_error", record.standard_error(m)},
        {"split_test", each_fold(record, [m](const FoldResult& fold) { return fold.scores[m]; })},
        {"mean_train", record.train_mean(m)},
        {"split_train",
         each_fold(record, [m](const FoldResult& fold) { return fold.train_scores[m]; })}};
  }
  return json;
}

Json trial_json(const StudySummary& study, const TrialRecord& record, int rank) {
  const bool failed = record.state == TrialRecord::State::failed;
  Json json = {{"trial", record.number}, {"state", to_text(record.state)}, {"rank", rank}};
  if (record.stage) {
    json["bracket"] = record.stage->bracket;
    json["rung"] = record.stage->rung;
  }
  if (!record.origin.empty()) json["origin"] = record.origin;
  if (study.budgets_differ()) json["budget"] = record.budget;
  if (record.stage) json["parent"] = record.parent ? Json(*record.parent) : Json();
  if (record.ended_by_pruner()) {
    json["pruned"] = {{"fold", record.folds.size() - 1},
                      {"epochs", *record.folds.back().pruned},
                      {"verdict", record.folds.back().verdict}};
  }
  const Json rest = {
      {"configuration", configuration_json(*study.space, record.configuration)},
      {"scores", scores_json(record, study.metrics)},
      {"epochs", each_fold(record, [](const FoldResult& fold) { return fold.epochs; })},
      {"best_epochs", each_fold(record, [](const FoldResult& fold) { return fold.best_epoch; })},
      {"failure", failed ? Json(record.failure) : Json()},
      {"fit_time", each_fold(record, [](const FoldResult& fold) { return fold.fit_time; })},
      {"score_time", each_fold(record, [](const FoldResult& fold) { return fold.score_time; })}};
  json.update(rest);
  return json;
}

/// A list a fold with an object an epoch.
Json history_json(const TrialRecord& record) {
  return each_fold(record, [](const FoldResult& fold) {
    Json epochs = Json::array();
    for (const model::Logs& logs : fold.history) epochs.push_back(Json(logs));
    return epochs;
  });
}

Json chosen_json(const search::Chosen* chosen) {
  if (chosen == nullptr) return {};
  return {{"strategy", chosen->strategy}, {"reason", chosen->reason}};
}

Json metrics_json(const std::vector<MetricInfo>& metrics) {
  Json list = Json::array();
  for (const MetricInfo& metric : metrics) {
    list.push_back({{"name", metric.name}, {"goal", metric.maximize ? "maximize" : "minimize"}});
  }
  return list;
}

Json parameters_json(const search::Space& space) {
  Json list = Json::array();
  for (const search::Parameter& parameter : space.parameters()) {
    Json json = {{"name", parameter.name}, {"domain", search::to_text(parameter.domain)}};
    if (!parameter.when.always()) json["when"] = search::to_text(parameter.when);
    list.push_back(std::move(json));
  }
  return list;
}

Json best_json(const StudySummary& study) {
  const std::vector<TrialRecord>& records = *study.records;
  if (records.empty()) return {};
  const TrialRecord& best = records[ranking(records, study.ranked_by()).front()];
  return best.state != TrialRecord::State::failed ? Json(best.number) : Json();
}

Json refit_json(const StudySummary& study) {
  if (!study.refit) return {};
  const Refit& refit = *study.refit;
  Json scores = Json::object();
  for (std::size_t m = 0; m < refit.test_scores.size(); ++m) {
    scores[study.metrics[m].name] = refit.test_scores[m];
  }
  return {{"trial", refit.trial},           {"epochs", refit.epochs},
          {"train_rows", refit.train_rows}, {"test_rows", refit.test_rows},
          {"test_scores", scores},          {"fit_time", refit.fit_time}};
}

/// The parameters in the order of their importance.
Json importance_json(const StudySummary& study) {
  if (!study.importance) return {};
  Json parameters = Json::object();
  for (const auto& [name, share] : study.importance->parameters) parameters[name] = share;
  Json json = {{"trials", study.importance->trials}};
  if (study.importance->budget > 0) json["budget"] = study.importance->budget;
  json["parameters"] = std::move(parameters);
  json["rest"] = study.importance->rest;
  return json;
}

Json head_json(const StudySummary& study) {
  return {{"study", study.name},
          {"strategy", study.strategy},
          {"chosen", chosen_json(study.chosen)},
          {"epochs", study.epochs},
          {"seed", study.seed},
          {"splits", study.splits},
          {"interrupted", study.interrupted},
          {"metrics", metrics_json(study.metrics)},
          {"objectives", study.objectives},
          {"parameters", parameters_json(*study.space)}};
}

}  // namespace

std::string study_head(const StudySummary& study) {
  return text(head_json(study));
}

void write_results_json(std::ostream& out, const StudySummary& study, const HistoryReader& read) {
  Json head = head_json(study);
  head["importance"] = importance_json(study);
  head["best_trial"] = best_json(study);
  head["refit"] = refit_json(study);
  if (study.objectives > 1) head["pareto_front"] = first_front(study);
  out << "{\n";
  for (const auto& [key, value] : head.items()) {
    out << "  " << text(key) << ": " << text(value) << ",\n";
  }
  out << "  \"trials\": [";
  const std::vector<const TrialRecord*> rows = study.rows();
  const std::vector<int> places = ranks(*study.records, study.ranked_by());
  for (const TrialRecord* record : rows) {
    Json json = trial_json(study, *record, places[study.position(*record)]);
    if (read) {
      TrialRecord copy = *record;
      read(copy);
      json["history"] = history_json(copy);
    }
    out << (record == rows.front() ? "\n    " : ",\n    ") << text(json);
  }
  out << (rows.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace tune::tuner
