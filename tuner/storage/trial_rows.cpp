#include "tuner/storage/trial_rows.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tuner/storage/distribution.hpp"
#include "tuner/storage/record_text.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::json;

/// Holds while this worker is registered. Numbers of workers, other than those of studies and
/// trials in SQLite, are never given out again.
const std::string kRegistered = "EXISTS (SELECT 1 FROM tune_workers WHERE worker_id = :registered)";

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
  if (!record.origin.empty()) add("origin", record.origin);
  if (record.ended_by_pruner()) add("verdict", record.folds.back().verdict);
  if (!record.failure.empty()) return add("failure", record.failure);
  Json scores = Json::array();
  for (const FoldResult& fold : record.folds) scores.push_back(fold.scores);
  add("fold_scores", scores);
}

/// Changes a row of ours and, if there was one to change, Optuna's of the same trial: its statement
/// comes without WHERE.
bool change_both(Database& database, const std::string& ours, std::vector<Cell> of_ours,
                 const std::string& optunas, std::vector<Cell> of_optunas, long long trial) {
  if (database.is_postgres()) {
    const std::string both = "WITH ours AS (" + ours + " RETURNING trial_id) " + optunas +
                             " FROM ours WHERE trials.trial_id = ours.trial_id";
    std::ranges::move(of_optunas, std::back_inserter(of_ours));
    return database.execute(both, std::move(of_ours)).rows > 0;
  }
  if (database.execute(ours, std::move(of_ours)).rows == 0) return false;
  of_optunas.emplace_back(trial);
  return database.execute(optunas + " WHERE trial_id = :of_optuna", std::move(of_optunas)).rows > 0;
}

/// Records what came out. False if that was done before.
bool end_trial(Database& database, long long worker, const Ended& ended,
               const std::string& recorded) {
  std::string ours =
      "UPDATE tune_trials SET record = :record WHERE trial_id = :trial AND record IS NULL AND " +
      kRegistered;
  std::vector<Cell> values = {recorded, ended.trial, worker};
  if (ended.if_still) {
    ours += " AND COALESCE(worker_id, 0) = :worker AND attempts = :attempts";
    values.emplace_back(ended.if_still->worker.value_or(0));
    values.emplace_back(static_cast<long long>(ended.if_still->attempts));
  }
  return change_both(database, ours, std::move(values),
                     "UPDATE trials SET state = :state, datetime_complete = " + utc_now(database),
                     {optuna_state(ended.record->state)}, ended.trial);
}

/// Is that its record, from an attempt whose answer was lost?
bool has_record(Database& database, long long trial, const std::string& text) {
  std::string recorded;
  soci::indicator found = soci::i_null;
  database.sql() << "SELECT record FROM tune_trials WHERE trial_id = :trial", soci::use(trial),
      soci::into(recorded, found);
  return database.sql().got_data() && found == soci::i_ok && recorded == text;
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

void require_registered(Database& database, long long worker) {
  const std::string text = "SELECT worker_id FROM tune_workers WHERE worker_id = :worker";
  if (database.query(text, {worker}).value) return;
  throw std::runtime_error(database.url().text() +
                           ": this process has no part in the study any more: it was removed, or "
                           "the process was stopped for more than a week");
}

std::optional<long long> insert_trial(Database& database, long long study, std::size_t ordinal,
                                      const Planned& planned, const search::Space& space,
                                      long long worker) {
  const auto own_number = static_cast<long long>(ordinal);
  const std::optional<long long> inserted =
      database
          .query(std::string("INSERT INTO trials (number, study_id, state, datetime_start) SELECT "
                             "COALESCE((SELECT number + 1 FROM trials WHERE study_id = :study "
                             "ORDER BY trial_id DESC LIMIT 1), 0), :of_study, 'RUNNING', ") +
                     utc_now(database) +
                     " WHERE NOT EXISTS (SELECT 1 FROM tune_trials WHERE study_id = :ours AND "
                     "ordinal = :ordinal) AND " +
                     kRegistered + " RETURNING trial_id",
                 {study, study, study, own_number, worker})
          .value;
  if (!inserted) {
    require_registered(database, worker);
    return std::nullopt;
  }
  const long long trial = *inserted;
  Insert ours("tune_trials", "trial_id, study_id, ordinal, known, proposal, worker_id, attempts");
  ours.row({trial, study, own_number, static_cast<long long>(planned.known),
            proposal_text(planned.proposal), worker, 0LL});
  Insert parameters("trial_params", "trial_id, param_name, param_value, distribution_json");
  for (const search::Parameter& parameter : space.parameters()) {
    const auto value = planned.proposal.configuration.find(parameter.name);
    if (value == planned.proposal.configuration.end()) continue;
    parameters.row({trial, parameter.name, search::to_column(parameter.domain, value->second),
                    distribution_json(parameter.domain)});
  }
  Insert::run_all(database, {&ours, &parameters});
  return trial;
}

bool take_trial(Database& database, long long trial, const Claimed& seen, long long worker) {
  const std::string text =
      "UPDATE tune_trials SET worker_id = :worker WHERE trial_id = :trial AND record IS NULL AND "
      "COALESCE(worker_id, 0) IN (:before, :again) AND attempts = :attempts AND " +
      kRegistered;
  const long long before = seen.worker.value_or(0), attempts = seen.attempts;
  if (database.execute(text, {worker, trial, before, worker, attempts, worker}).rows > 0) {
    return true;
  }
  require_registered(database, worker);
  return false;
}

void begin_trial(Database& database, long long trial, const Claimed& claimed) {
  const long long worker = claimed.worker.value();
  database.change_alone([&] {
    const bool begun =
        change_both(database,
                    "UPDATE tune_trials SET attempts = :attempts WHERE trial_id = :trial AND "
                    "worker_id = :worker AND record IS NULL",
                    {claimed.attempts + 1LL, trial, worker},
                    "UPDATE trials SET datetime_start = " + utc_now(database), {}, trial);
    if (!begun) require_registered(database, worker);
  });
}

std::vector<std::size_t> end_trials(Database& database, long long worker,
                                    std::span<const Ended> trials,
                                    std::span<const MetricInfo> objectives) {
  std::vector<std::size_t> others;
  Insert histories("tune_histories", "trial_id, history");
  Insert values("trial_values", "trial_id, objective, value, value_type");
  Insert steps("trial_intermediate_values",
               "trial_id, step, intermediate_value, intermediate_value_type");
  Insert attributes("trial_user_attributes", "trial_id, \"key\", value_json");
  for (std::size_t place = 0; place < trials.size(); ++place) {
    const Ended& ended = trials[place];
    const TrialRecord& record = *ended.record;
    const std::string recorded = record_text(record);
    if (!end_trial(database, worker, ended, recorded)) {
      require_registered(database, worker);
      if (!has_record(database, ended.trial, recorded)) others.push_back(place);
      continue;
    }
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
  Insert::run_all(database, {&histories, &values, &steps, &attributes});
  return others;
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
