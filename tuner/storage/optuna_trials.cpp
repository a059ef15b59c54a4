#include "tuner/storage/optuna_trials.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "search/base/error.hpp"
#include "tuner/storage/distribution.hpp"
#include "tuner/storage/joined_domain.hpp"

namespace tune::tuner {
namespace {

using base::InputError;
using search::Domain;
using State = TrialRecord::State;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string seconds_between(const Database& database) {
  return database.is_postgres()
             ? "CAST(EXTRACT(EPOCH FROM datetime_complete - datetime_start) AS DOUBLE PRECISION)"
             : "(julianday(datetime_complete) - julianday(datetime_start)) * 86400.0";
}

/// A number of Optuna's: what is not finite is a word beside it.
double number_of(double value, soci::indicator there, const std::string& kind) {
  if (kind == "INF_POS") return HUGE_VAL;
  if (kind == "INF_NEG") return -HUGE_VAL;
  return there == soci::i_ok ? value : kNaN;
}

/// Reads the rows of one study's trials, table by table.
class Reader {
 public:
  Reader(Database& database, long long study, std::size_t objectives, bool without_ours)
      : database_(database),
        study_(study),
        objectives_(objectives),
        of_study_(without_ours
                      ? " WHERE study_id = :study AND NOT EXISTS (SELECT 1 FROM tune_trials "
                        "WHERE tune_trials.trial_id = trials.trial_id)"
                      : " WHERE study_id = :study") {}

  OptunaTrials read() {
    read_trials();
    if (!positions_.empty()) {
      read_parameters();
      read_values();
      read_epochs();
    }
    finish();
    return std::move(result_);
  }

 private:
  template <class Row, class... Columns>
  void each(const std::string& query, Row row, Columns&... columns) {
    soci::statement statement(database_.sql());
    (statement.exchange(columns), ...);
    statement.exchange(soci::use(study_));
    statement.alloc();
    statement.prepare(query);
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) row();
  }

  void read_trials() {
    long long trial = 0, number = 0;
    std::string state;
    double seconds = 0;
    soci::indicator has_number = soci::i_ok, has_time = soci::i_ok;
    auto a = soci::into(trial);
    auto c = soci::into(state);
    auto b = soci::into(number, has_number);
    auto d = soci::into(seconds, has_time);
    const auto row = [&] {
      if (state == "RUNNING") ++result_.running;
      if (state == "WAITING") ++result_.waiting;
      if (state == "RUNNING" || state == "WAITING") return;
      TrialRecord& record = result_.records.emplace_back();
      positions_.emplace(trial, result_.records.size() - 1);
      record.number = static_cast<std::size_t>(std::max(0LL, number));
      record.state = state == "COMPLETE" ? State::complete
                     : state == "PRUNED" ? State::pruned
                                         : State::failed;
      FoldResult& fold = record.folds.emplace_back();
      fold.scores.assign(objectives_, kNaN);
      fold.train_scores.assign(objectives_, kNaN);
      if (has_time == soci::i_ok) fold.fit_time = std::max(0.0, seconds);
    };
    each("SELECT trial_id, number, CAST(state AS VARCHAR(8)), " + seconds_between(database_) +
             " FROM trials" + of_study_ + " ORDER BY trial_id",
         row, a, b, c, d);
  }

  TrialRecord* find(long long trial) {
    const auto found = positions_.find(trial);
    return found == positions_.end() ? nullptr : &result_.records[found->second];
  }

  void read_parameters() {
    long long trial = 0;
    std::string name, distribution;
    double value = 0;
    soci::indicator there = soci::i_ok;
    auto a = soci::into(trial);
    auto b = soci::into(name);
    auto d = soci::into(distribution);
    auto c = soci::into(value, there);
    std::map<std::string, std::map<std::string, Domain>> domains;
    const auto row = [&] {
      TrialRecord* record = find(trial);
      if (record == nullptr || there != soci::i_ok) return;
      auto& known = domains[name];
      auto found = known.find(distribution);
      if (found == known.end()) {
        found = known.emplace(distribution, domain_of_distribution(distribution)).first;
        add_parameter(name, found->second);
      }
      const Domain& domain = found->second;
      const auto* choice = std::get_if<search::Choice>(&domain);
      if (choice != nullptr &&
          !(value >= 0 && value < static_cast<double>(choice->values.size()))) {
        throw InputError("parameter " + name + " of trial " + std::to_string(record->number) +
                         " is none of its choices");
      }
      record->configuration[name] = search::from_column(domain, value);
    };
    each(
        "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params JOIN trials "
        "USING (trial_id)" +
            of_study_ + " ORDER BY trial_id, param_id",
        row, a, b, c, d);
  }

  void add_parameter(const std::string& name, const Domain& domain) {
    const auto found = std::ranges::find(result_.parameters, name, &search::Parameter::name);
    if (found == result_.parameters.end()) {
      result_.parameters.push_back({name, domain, {}});
    } else {
      try {
        found->domain = joined(found->domain, domain);
      } catch (const InputError& error) {
        throw InputError("parameter " + name + ' ' + error.what());
      }
    }
  }

  void read_values() {
    long long trial = 0, objective = 0;
    double value = 0;
    std::string kind;
    soci::indicator there = soci::i_ok;
    auto a = soci::into(trial);
    auto b = soci::into(objective);
    auto c = soci::into(value, there);
    auto d = soci::into(kind);
    const auto row = [&] {
      TrialRecord* record = find(trial);
      if (record == nullptr || objective < 0) return;
      const auto index = static_cast<std::size_t>(objective);
      if (index < objectives_) record->folds[0].scores[index] = number_of(value, there, kind);
    };
    each(
        "SELECT trial_id, objective, value, CAST(value_type AS VARCHAR(8)) FROM trial_values JOIN "
        "trials USING (trial_id)" +
            of_study_,
        row, a, b, c, d);
  }

  void read_epochs() {
    long long trial = 0, steps = 0;
    auto a = soci::into(trial);
    auto b = soci::into(steps);
    const auto row = [&] {
      TrialRecord* record = find(trial);
      if (record == nullptr) return;
      record->folds[0].epochs = record->folds[0].best_epoch = static_cast<int>(steps);
      result_.epochs = std::max(result_.epochs, static_cast<int>(steps));
    };
    each("SELECT trial_id, count(*) FROM trial_intermediate_values JOIN trials USING (trial_id)" +
             of_study_ + " GROUP BY trial_id",
         row, a, b);
  }

  /// A complete trial had all, whatever others took; a pruned one less.
  void finish() {
    for (search::Parameter& parameter : result_.parameters) {
      parameter.domain = validated(parameter.domain);
    }
    result_.epochs = std::max(result_.epochs, 1);
    for (TrialRecord& record : result_.records) {
      const int epochs = record.folds[0].epochs;
      record.budget =
          record.state == State::pruned ? std::min(epochs, result_.epochs - 1) : result_.epochs;
      if (record.state == State::pruned) record.folds[0].pruned = epochs;
      if (record.state == State::failed) {
        record.failure = "failed";
        record.folds.clear();
      }
    }
    std::ranges::stable_sort(result_.records, {}, &TrialRecord::number);
  }

  Database& database_;
  const long long study_;
  const std::size_t objectives_;
  const std::string of_study_;
  OptunaTrials result_;
  std::map<long long, std::size_t> positions_;
};

/// What optuna.Study.set_metric_names has kept.
std::vector<std::string> metric_names(Database& database, long long study) {
  std::string text;
  const std::string key = kMetricNames;
  database.sql() << "SELECT value_json FROM study_system_attributes WHERE study_id = :study AND "
                    "\"key\" = :name",
      soci::use(study), soci::use(key), soci::into(text);
  if (!database.sql().got_data()) return {};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  std::vector<std::string> names;
  for (const auto& name : json) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

OptunaTrials read_optuna_trials(Database& database, long long study, std::size_t objectives,
                                bool without_ours) {
  return Reader(database, study, objectives, without_ours).read();
}

std::vector<MetricInfo> read_objectives(Database& database, long long study) {
  std::vector<MetricInfo> metrics;
  {
    std::string direction;
    soci::statement rows =
        (database.sql().prepare
             << "SELECT CAST(direction AS VARCHAR(8)) FROM study_directions WHERE "
                "study_id = :study ORDER BY objective",
         soci::use(study), soci::into(direction));
    rows.execute();
    while (rows.fetch()) metrics.push_back({kUnnamedValue, direction == "MAXIMIZE"});
  }
  const std::vector<std::string> names = metric_names(database, study);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (names.size() == metrics.size()) {
      metrics[i].name = names[i];
    } else if (metrics.size() > 1) {
      metrics[i].name += '_' + std::to_string(i);
    }
  }
  if (metrics.empty()) throw InputError("the study has no direction");
  return metrics;
}

std::vector<Step> read_steps(Database& database, long long study) {
  std::vector<Step> steps;
  long long number = 0, step = 0;
  double value = 0;
  std::string kind;
  soci::indicator has_number = soci::i_ok, there = soci::i_ok;
  soci::statement rows =
      (database.sql().prepare
           << "SELECT number, step, intermediate_value, CAST(intermediate_value_type AS "
              "VARCHAR(8)) "
              "FROM trial_intermediate_values JOIN trials USING (trial_id) WHERE study_id = :study "
              "ORDER BY trial_id, step",
       soci::use(study), soci::into(number, has_number), soci::into(step), soci::into(value, there),
       soci::into(kind));
  rows.execute();
  while (rows.fetch()) {
    if (has_number != soci::i_ok || number < 0) continue;
    steps.push_back(
        {static_cast<std::size_t>(number), static_cast<int>(step), number_of(value, there, kind)});
  }
  return steps;
}

std::vector<UserAttribute> read_user_attributes(Database& database, long long study) {
  std::vector<UserAttribute> attributes;
  long long number = 0;
  soci::indicator of_trial = soci::i_ok, there = soci::i_ok;
  std::string key, json;
  soci::statement rows =
      (database.sql().prepare
           << "SELECT CAST(NULL AS INTEGER), \"key\", value_json FROM study_user_attributes WHERE "
              "study_id = :study UNION ALL SELECT number, \"key\", value_json FROM "
              "trial_user_attributes JOIN trials USING (trial_id) WHERE study_id = :same "
              "ORDER BY 1 NULLS FIRST, 2",
       soci::use(study), soci::use(study), soci::into(number, of_trial), soci::into(key),
       soci::into(json, there));
  rows.execute();
  while (rows.fetch()) {
    if (there != soci::i_ok) continue;
    attributes.push_back({std::nullopt, key, json});
    if (of_trial == soci::i_ok) attributes.back().trial = static_cast<std::size_t>(number);
  }
  return attributes;
}

}  // namespace tune::tuner
