#include "tuner/storage/overview.hpp"

#include <nlohmann/json.hpp>

#include "tuner/storage/schema.hpp"
#include "tuner/storage/studies.hpp"

namespace tune::tuner {
namespace {

void count_trials(Database& database, long long study, StudyOverview& overview) {
  std::string state;
  long long count = 0;
  soci::statement rows =
      (database.sql().prepare << "SELECT CAST(state AS VARCHAR(8)), count(*) FROM trials WHERE "
                                 "study_id = :study GROUP BY state",
       soci::use(study), soci::into(state), soci::into(count));
  rows.execute();
  while (rows.fetch()) overview.trials[state] = static_cast<std::size_t>(count);
}

std::size_t count_others(Database& database, long long study) {
  long long count = 0;
  database.sql() << "SELECT count(*) FROM trials WHERE study_id = :study AND NOT EXISTS (SELECT 1 "
                    "FROM tune_trials WHERE tune_trials.trial_id = trials.trial_id)",
      soci::use(study), soci::into(count);
  return static_cast<std::size_t>(count);
}

std::optional<double> best_value(Database& database, long long study, bool ours) {
  std::string direction;
  database.sql() << "SELECT CAST(direction AS VARCHAR(8)) FROM study_directions WHERE study_id = "
                    ":study AND objective = 0",
      soci::use(study), soci::into(direction);
  double value = 0;
  soci::indicator there = soci::i_null;
  database.sql() << "SELECT " << (direction == "MAXIMIZE" ? "max" : "min")
                 << "(value) FROM trial_values JOIN trials USING (trial_id)"
                 << (ours ? " JOIN tune_trials USING (trial_id)" : "")
                 << " WHERE trials.study_id = :study AND objective = 0 AND state = 'COMPLETE'",
      soci::use(study), soci::into(value, there);
  return there == soci::i_ok ? std::optional(value) : std::nullopt;
}

std::string last_time(Database& database, long long study) {
  std::string time;
  soci::indicator there = soci::i_null;
  database.sql() << "SELECT CAST(max(COALESCE(datetime_complete, datetime_start)) AS VARCHAR(19)) "
                    "FROM trials WHERE study_id = :study",
      soci::use(study), soci::into(time, there);
  return there == soci::i_ok ? time.substr(0, 19) : std::string();
}

}  // namespace

std::vector<StudyOverview> overview_of(Database& database) {
  std::vector<StudyOverview> all;
  database.read([&] {
    all.clear();
    require_tables(database);
    for (const std::string& name : study_names(database)) {
      const long long id = find_study(database, name).value();
      StudyOverview& overview = all.emplace_back();
      overview.name = name;
      const auto entry = read_study(database, id);
      if (entry) {
        overview.strategy = nlohmann::json::parse(entry->summary).value("strategy", "");
        overview.others = count_others(database, id);
      }
      count_trials(database, id, overview);
      overview.best = best_value(database, id, entry.has_value());
      overview.last = last_time(database, id);
    }
  });
  return all;
}

}  // namespace tune::tuner
