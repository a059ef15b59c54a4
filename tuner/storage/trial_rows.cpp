#include "tuner/storage/trial_rows.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tuner/storage/distribution.hpp"
#include "tuner/storage/record_text.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::json;

/// The name of the figure that stands for a trial, in its logs.
std::string compared_figure(const model::Logs& logs, const MetricInfo& metric) {
  for (const std::string& name : {"val_" + metric.name, std::string(kMonitored)}) {
    if (logs.contains(name)) return name;
  }
  return "loss";
}

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_attributes(Insert& attributes, const Ended& ended) {
  const TrialRecord& record = *ended.record;
  const auto add = [&](const char* key, const Json& value) {
    attributes.row({ended.trial, key, text(value)});
  };
  add("trial", record.number);
  add("budget", record.budget);
  if (record.parent) add("parent", *record.parent);
  if (record.stage) {
    add("bracket", record.stage->bracket);
    add("rung", record.stage->rung);
  }
  if (!record.failure.empty()) return add("failure", record.failure);
  Json scores = Json::array();
  for (const FoldResult& fold : record.folds) scores.push_back(fold.scores);
  add("fold_scores", scores);
}

}  // namespace

std::string utc_now(const Database& database) {
  return database.is_postgres() ? "(clock_timestamp() AT TIME ZONE 'UTC')"
                                : "strftime('%Y-%m-%d %H:%M:%f000', 'now')";
}

std::string optuna_state(TrialRecord::State state) {
  switch (state) {
    case TrialRecord::State::complete:
      return "COMPLETE";
    case TrialRecord::State::pruned:
      return "PRUNED";
    case TrialRecord::State::failed:
      break;
  }
  return "FAIL";
}

std::pair<Cell, Cell> kept_number(double value) {
  if (std::isnan(value)) return {Cell(), "NAN"};
  if (std::isinf(value)) return {Cell(), value > 0 ? "INF_POS" : "INF_NEG"};
  return {value, "FINITE"};
}

long long insert_trial(Database& database, long long study, std::size_t ordinal,
                       const Planned& planned, const search::Space& space, long long worker) {
  soci::session& sql = database.sql();
  long long number = 0, trial = 0;
  sql << "SELECT number + 1 FROM trials WHERE study_id = :study ORDER BY trial_id DESC LIMIT 1",
      soci::use(study), soci::into(number);
  sql << "INSERT INTO trials (number, study_id, state, datetime_start) VALUES (:number, :study, "
         "'RUNNING', "
      << utc_now(database) << ") RETURNING trial_id",
      soci::use(number), soci::use(study), soci::into(trial);
  Insert ours("tune_trials", "trial_id, study_id, ordinal, known, proposal, worker_id, attempts");
  ours.row({trial, study, static_cast<long long>(ordinal), static_cast<long long>(planned.known),
            proposal_text(planned.proposal), worker, 1LL});
  ours.run(sql);
  Insert parameters("trial_params", "trial_id, param_name, param_value, distribution_json");
  for (const search::Parameter& parameter : space.parameters()) {
    const auto value = planned.proposal.configuration.find(parameter.name);
    if (value == planned.proposal.configuration.end()) continue;
    parameters.row({trial, parameter.name, search::to_column(parameter.domain, value->second),
                    distribution_json(parameter.domain)});
  }
  parameters.run(sql);
  return trial;
}

void end_trials(Database& database, std::span<const Ended> trials,
                std::span<const MetricInfo> objectives) {
  soci::session& sql = database.sql();
  Insert histories("tune_histories", "trial_id, history");
  Insert values("trial_values", "trial_id, objective, value, value_type");
  Insert steps("trial_intermediate_values",
               "trial_id, step, intermediate_value, intermediate_value_type");
  Insert attributes("trial_user_attributes", "trial_id, \"key\", value_json");
  for (const Ended& ended : trials) {
    const TrialRecord& record = *ended.record;
    const std::string recorded = record_text(record);
    soci::statement update = (sql.prepare << "UPDATE tune_trials SET record = :record WHERE "
                                             "trial_id = :trial AND record IS NULL",
                              soci::use(recorded), soci::use(ended.trial));
    update.execute(true);
    if (update.get_affected_rows() == 0) continue;
    const std::string state = optuna_state(record.state);
    sql << "UPDATE trials SET state = :state, datetime_complete = " << utc_now(database)
        << " WHERE trial_id = :trial",
        soci::use(state), soci::use(ended.trial);
    histories.row({ended.trial, history_text(record)});
    if (record.state != TrialRecord::State::failed) {
      for (std::size_t i = 0; i < objectives.size(); ++i) {
        auto [value, kind] = kept_number(record.mean(i));
        values.row({ended.trial, static_cast<long long>(i), std::move(value), std::move(kind)});
      }
    }
    const std::vector<double> curve = intermediate_values(record, objectives.front());
    for (std::size_t i = 0; i < curve.size(); ++i) {
      auto [value, kind] = kept_number(curve[i]);
      steps.row({ended.trial, record.from + static_cast<long long>(i) + 1, std::move(value),
                 std::move(kind)});
    }
    add_attributes(attributes, ended);
  }
  histories.run(sql);
  values.run(sql);
  steps.run(sql);
  attributes.run(sql);
}

std::vector<double> intermediate_values(const TrialRecord& record, const MetricInfo& metric) {
  std::size_t epochs = 0;
  for (const FoldResult& fold : record.folds) epochs = std::max(epochs, fold.history.size());
  if (epochs == 0) return {};
  std::vector<double> means(epochs, 0);
  for (const FoldResult& fold : record.folds) {
    if (fold.history.empty()) continue;
    const std::string name = compared_figure(fold.history.front(), metric);
    double last = std::nan("");
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      if (epoch < fold.history.size()) {
        const auto found = fold.history[epoch].find(name);
        if (found != fold.history[epoch].end()) last = found->second;
      }
      means[epoch] += last / static_cast<double>(record.folds.size());
    }
  }
  return means;
}

}  // namespace tune::tuner
