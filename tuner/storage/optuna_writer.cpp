#include "tuner/storage/optuna_writer.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/storage/distribution.hpp"
#include "tuner/storage/schema.hpp"
#include "tuner/storage/studies.hpp"
#include "tuner/storage/trial_rows.hpp"

namespace tune::tuner {
namespace {

using Json = nlohmann::json;

long long insert_study(Database& database, const OptunaStudy& study) {
  long long id = 0;
  database.sql() << "INSERT INTO studies (study_name) VALUES (:name) RETURNING study_id",
      soci::use(study.name), soci::into(id);
  Insert directions("study_directions", "study_id, objective, direction");
  Json names = Json::array();
  for (const MetricInfo& metric : study.objectives) {
    directions.row(
        {id, static_cast<long long>(names.size()), metric.maximize ? "MAXIMIZE" : "MINIMIZE"});
    names.push_back(metric.name);
  }
  directions.run(database);
  if (names[0].get<std::string>().starts_with(kUnnamedValue)) return id;
  Insert attributes("study_system_attributes", "study_id, \"key\", value_json");
  attributes.row({id, kMetricNames, names.dump()});
  attributes.run(database);
  return id;
}

/// Returns their trial_ids.
std::vector<long long> insert_trials(Database& database, long long id, const OptunaStudy& study) {
  std::vector<long long> trials;
  long long number = 0, trial = 0;
  std::string state;
  const std::string now = utc_now(database);
  soci::statement insert =
      (database.sql().prepare << "INSERT INTO trials (number, study_id, state, datetime_start, "
                                 "datetime_complete) VALUES (:number, :study, "
                              << (database.is_postgres() ? "CAST(:state AS trialstate)" : ":state")
                              << ", " << now << ", " << now << ") RETURNING trial_id",
       soci::use(number), soci::use(id), soci::use(state), soci::into(trial));
  for (const TrialRecord& record : *study.records) {
    state = optuna_state(record.state);
    insert.execute(true);
    trials.push_back(trial);
    ++number;
  }
  return trials;
}

void insert_parameters(Database& database, const OptunaStudy& study,
                       const std::vector<long long>& trials) {
  Insert rows("trial_params", "trial_id, param_name, param_value, distribution_json");
  for (const search::Parameter& parameter : study.space->parameters()) {
    const std::string distribution = distribution_json(parameter.domain);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const base::Configuration& configuration = (*study.records)[i].configuration;
      const auto value = configuration.find(parameter.name);
      if (value == configuration.end()) continue;
      rows.row({trials[i], parameter.name, search::to_column(parameter.domain, value->second),
                distribution});
    }
  }
  rows.run(database);
}

void insert_values(Database& database, const OptunaStudy& study,
                   const std::vector<long long>& trials) {
  Insert values("trial_values", "trial_id, objective, value, value_type");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    for (std::size_t m = 0; m < study.objectives.size(); ++m) {
      const double mean = (*study.records)[i].mean(m);
      if (std::isnan(mean)) continue;
      auto [value, kind] = kept_number(mean);
      values.row({trials[i], static_cast<long long>(m), std::move(value), std::move(kind)});
    }
  }
  values.run(database);
  Insert steps("trial_intermediate_values",
               "trial_id, step, intermediate_value, intermediate_value_type");
  for (const Step& step : study.steps) {
    auto [value, kind] = kept_number(step.value);
    steps.row({trials.at(step.trial), static_cast<long long>(step.step), std::move(value),
               std::move(kind)});
  }
  steps.run(database);
}

void insert_attributes(Database& database, long long id, const OptunaStudy& study,
                       const std::vector<long long>& trials) {
  Insert of_study("study_user_attributes", "study_id, \"key\", value_json");
  Insert of_trials("trial_user_attributes", "trial_id, \"key\", value_json");
  for (const UserAttribute& attribute : study.attributes) {
    if (attribute.trial) {
      of_trials.row({trials.at(*attribute.trial), attribute.key, attribute.json});
    } else {
      of_study.row({id, attribute.key, attribute.json});
    }
  }
  Insert::run_all(database, {&of_study, &of_trials});
}

}  // namespace

void write_optuna_study(Database& database, const OptunaStudy& study) {
  make_tables(database);
  database.change(Database::Durable::yes, [&] {
    if (database.is_postgres()) database.sql() << "LOCK TABLE studies IN SHARE ROW EXCLUSIVE MODE";
    if (find_study(database, study.name)) {
      throw base::InputError(database.url().text() + ": there is a study '" + study.name +
                             "' already; give another name with --study");
    }
    const long long id = insert_study(database, study);
    const std::vector<long long> trials = insert_trials(database, id, study);
    insert_parameters(database, study, trials);
    insert_values(database, study, trials);
    insert_attributes(database, id, study, trials);
  });
}

}  // namespace tune::tuner
