#include "tuner/storage/studies.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <sstream>
#include <utility>

#include "search/base/error.hpp"
#include "tuner/identity.hpp"
#include "tuner/storage/process_id.hpp"
#include "tuner/storage/schema.hpp"

namespace tune::tuner {
namespace {

/// Keys that decide how far a table goes, not what is in it, and those that name files of rows:
/// what is in the files counts.
constexpr std::array<std::string_view, 15> kMayChange = {
    "study.name",        "study.trials",
    "study.time_limit",  "study.target_value",
    "study.epoch_limit", "study.stall_limit",
    "study.attempts",    "study.refit",
    "data.csv",          "study.improvement_limit",
    "data.test_csv",     "data.idx_images",
    "data.idx_labels",   "data.test_images",
    "data.test_labels"};

/// Values by key; of a key that has several, as configurations of a list, all in one.
std::map<std::string, std::string> entries_of(const std::string& canonical) {
  std::map<std::string, std::string> entries;
  std::istringstream lines(canonical);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    std::string& value = entries[line.substr(0, equals)];
    if (!value.empty()) value += "; ";
    if (equals != std::string::npos) value += line.substr(equals + 3);
  }
  return entries;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 60;
  return text.size() > kMost ? text.substr(0, kMost - 3) + "..." : text;
}

[[noreturn]] void fail_changed(Database& database, const std::string& name,
                               const std::vector<std::string>& differing) {
  throw base::InputError(database.url().text() + ": study '" + name +
                         "' is another one: " + listed(differing) + " (--new starts another run)");
}

long long insert_study(Database& database, const StudyEntry& study) {
  soci::session& sql = database.sql();
  long long id = 0;
  sql << "INSERT INTO studies (study_name) VALUES (:name) RETURNING study_id",
      soci::use(study.name), soci::into(id);
  Insert directions("study_directions", "study_id, objective, direction");
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    directions.row(
        {id, static_cast<long long>(i), study.objectives[i].maximize ? "MAXIMIZE" : "MINIMIZE"});
  }
  directions.run(database);
  Insert ours("tune_studies", "study_id, space, canonical, data, program, summary");
  ours.row({id, study.space, study.canonical, study.data, study.program, study.summary});
  ours.run(database);
  return id;
}

/// Those who join later are to know how far the study goes now.
void extend_study(Database& database, long long id, const StudyEntry& study) {
  database.sql() << "UPDATE tune_studies SET space = :space, canonical = :canonical WHERE study_id "
                    "= :study",
      soci::use(study.space), soci::use(study.canonical), soci::use(id);
}

}  // namespace

std::vector<std::string> changes(const StudyEntry& recorded, const StudyEntry& now) {
  std::vector<std::string> all = differences(recorded.canonical, now.canonical);
  if (recorded.data != now.data) all.emplace_back("the rows of the data have changed");
  const std::vector<std::string> other =
      differences(ProgramIdentity::parse(recorded.program), ProgramIdentity::parse(now.program));
  for (const std::string& what : other) all.push_back("the program gives other bits: " + what);
  return all;
}

std::vector<std::string> differences(const std::string& recorded, const std::string& now) {
  const auto before = entries_of(recorded), after = entries_of(now);
  std::map<std::string, std::array<std::string, 2>> all;
  for (const auto& [key, value] : before) all[key][0] = value;
  for (const auto& [key, value] : after) all[key][1] = value;
  std::vector<std::string> changes;
  for (const auto& [key, values] : all) {
    if (values[0] == values[1] || std::ranges::find(kMayChange, key) != kMayChange.end()) continue;
    const auto shown = [](const std::string& value) {
      return value.empty() ? "not given" : shortened(value);
    };
    changes.push_back(key + ": " + shown(values[0]) + ", now " + shown(values[1]));
  }
  return changes;
}

std::string listed(const std::vector<std::string>& changes) {
  std::string text;
  for (const std::string& change : changes) text += (text.empty() ? "" : "; ") + change;
  return text;
}

std::optional<long long> find_study(Database& database, const std::string& name) {
  long long id = 0;
  soci::indicator found = soci::i_null;
  database.sql() << "SELECT max(study_id) FROM studies WHERE study_name = :name", soci::use(name),
      soci::into(id, found);
  return found == soci::i_ok ? std::optional(id) : std::nullopt;
}

std::optional<StudyEntry> read_study(Database& database, long long study) {
  if (!has_our_tables(database)) return std::nullopt;
  soci::session& sql = database.sql();
  StudyEntry entry;
  sql << "SELECT study_name, space, canonical, data, program, summary FROM studies JOIN "
         "tune_studies USING (study_id) WHERE study_id = :study",
      soci::use(study), soci::into(entry.name), soci::into(entry.space),
      soci::into(entry.canonical), soci::into(entry.data), soci::into(entry.program),
      soci::into(entry.summary);
  return sql.got_data() ? std::optional(entry) : std::nullopt;
}

long long open_study(Database& database, const StudyEntry& study) {
  make_tables(database);
  long long id = 0;
  database.change(Database::Durable::yes, [&] {
    if (database.is_postgres()) database.sql() << "LOCK TABLE studies IN SHARE ROW EXCLUSIVE MODE";
    if (const auto found = find_study(database, study.name)) {
      id = *found;
      const auto recorded = read_study(database, id);
      if (!recorded) {
        throw base::InputError(database.url().text() + ": study '" + study.name +
                               "' was made by Optuna; give another name with --study.name");
      }
      const std::vector<std::string> differing = changes(*recorded, study);
      if (!differing.empty()) fail_changed(database, study.name, differing);
      if (recorded->canonical != study.canonical) extend_study(database, id, study);
    } else {
      id = insert_study(database, study);
    }
  });
  return id;
}

std::vector<std::string> study_names(Database& database) {
  std::vector<std::string> names;
  if (!has_tables(database)) return names;
  const soci::rowset<std::string> rows =
      (database.sql().prepare << "SELECT study_name FROM studies ORDER BY study_id");
  for (const std::string& name : rows) names.push_back(name);
  return names;
}

std::string lock_of(long long study) {
  return "SELECT study_id FROM studies WHERE study_id = " + std::to_string(study) + " FOR UPDATE";
}

void require_idle(Database& database, long long study) {
  if (!has_our_tables(database)) return;
  soci::session& sql = database.sql();
  std::string name, process;
  std::vector<std::string> alive;
  soci::statement rows =
      (sql.prepare << "SELECT study_name, process FROM tune_workers JOIN studies "
                      "USING (study_id) WHERE study_id = :study AND "
                      "lease_until >= "
                   << database.now(),
       soci::use(study), soci::into(name), soci::into(process));
  rows.execute();
  while (rows.fetch()) {
    if (!has_ended(process)) alive.push_back(describe_process(process));
  }
  if (alive.empty()) return;
  throw base::InputError(database.url().text() + ": " + alive.back() + " works on study '" + name +
                         "'; --force removes it all the same");
}

void remove_study(Database& database, long long study, bool force) {
  soci::session& sql = database.sql();
  const bool ours = has_our_tables(database);
  const auto remove = [&] {
    if (!force) require_idle(database, study);
    const std::string of_study = " WHERE study_id = :study";
    const std::string of_trials =
        " WHERE trial_id IN (SELECT trial_id FROM trials" + of_study + ')';
    // Workers come first, and then the rows that who records a trial changes first: from then on
    // none of them adds to what is removed behind.
    for (const auto& [table, which] : std::initializer_list<std::pair<const char*, std::string>>{
             {"tune_workers", of_study},
             {"tune_trials", of_study},
             {"tune_histories", of_trials},
             {"tune_studies", of_study},
             {"trial_user_attributes", of_trials},
             {"trial_system_attributes", of_trials},
             {"trial_params", of_trials},
             {"trial_values", of_trials},
             {"trial_intermediate_values", of_trials},
             {"trial_heartbeats", of_trials},
             {"trials", of_study},
             {"study_directions", of_study},
             {"study_user_attributes", of_study},
             {"study_system_attributes", of_study},
             {"studies", of_study}}) {
      if (!ours && std::string_view(table).starts_with("tune_")) continue;
      sql << "DELETE FROM " << table << which, soci::use(study);
    }
  };
  database.change(Database::Durable::yes, remove, lock_of(study));
}

}  // namespace tune::tuner
