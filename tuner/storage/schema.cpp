#include "tuner/storage/schema.hpp"

#include <array>
#include <map>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

constexpr int kSchemaVersion = 12;
constexpr const char* kAlembicVersion = "v3.2.0.a";
/// The Optuna whose tables these are; it reads no decision off it.
constexpr const char* kLibraryVersion = "5.0.0";
constexpr int kOurVersion = 1;
/// Any number that all processes agree on: who makes tables holds this lock of PostgreSQL.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1953853029)";

using Words = std::map<std::string_view, std::string_view>;

const Words kOfSqlite = {{"counter", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                         {"serial", "INTEGER"},
                         {"real", "FLOAT"},
                         {"time", "DATETIME"},
                         {"direction", "VARCHAR(8)"},
                         {"state", "VARCHAR(8)"},
                         {"value_type", "VARCHAR(7)"},
                         {"step_type", "VARCHAR(7)"}};
const Words kOfPostgres = {
    {"counter", "SERIAL PRIMARY KEY"}, {"serial", "SERIAL"},
    {"real", "DOUBLE PRECISION"},      {"time", "TIMESTAMP WITHOUT TIME ZONE"},
    {"direction", "studydirection"},   {"state", "trialstate"},
    {"value_type", "trialvaluetype"},  {"step_type", "trialintermediatevaluetype"}};

constexpr std::array kTypesOfPostgres = {
    "CREATE TYPE studydirection AS ENUM ('NOT_SET', 'MINIMIZE', 'MAXIMIZE')",
    "CREATE TYPE trialstate AS ENUM ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING')",
    "CREATE TYPE trialvaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG')",
    "CREATE TYPE trialintermediatevaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG', 'NAN')"};

constexpr std::array kTablesOfOptuna = {
    R"(CREATE TABLE studies (study_id {serial} NOT NULL, study_name VARCHAR(512) NOT NULL,
  PRIMARY KEY (study_id)))",
    "CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)",
    R"(CREATE TABLE version_info (version_info_id INTEGER NOT NULL, schema_version INTEGER,
  library_version VARCHAR(256), PRIMARY KEY (version_info_id), CHECK (version_info_id=1)))",
    R"(CREATE TABLE study_directions (study_direction_id {serial} NOT NULL,
  direction {direction} NOT NULL, study_id INTEGER NOT NULL, objective INTEGER NOT NULL,
  PRIMARY KEY (study_direction_id), UNIQUE (study_id, objective),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    R"(CREATE TABLE study_user_attributes (study_user_attribute_id {serial} NOT NULL,
  study_id INTEGER, "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (study_user_attribute_id),
  UNIQUE (study_id, "key"), FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    R"(CREATE TABLE study_system_attributes (study_system_attribute_id {serial} NOT NULL,
  study_id INTEGER, "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (study_system_attribute_id),
  UNIQUE (study_id, "key"), FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    R"(CREATE TABLE trials (trial_id {serial} NOT NULL, number INTEGER, study_id INTEGER,
  state {state} NOT NULL, datetime_start {time}, datetime_complete {time},
  PRIMARY KEY (trial_id), FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    "CREATE INDEX ix_trials_study_id ON trials (study_id)",
    R"(CREATE TABLE trial_user_attributes (trial_user_attribute_id {serial} NOT NULL,
  trial_id INTEGER, "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (trial_user_attribute_id),
  UNIQUE (trial_id, "key"), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE trial_system_attributes (trial_system_attribute_id {serial} NOT NULL,
  trial_id INTEGER, "key" VARCHAR(512), value_json TEXT, PRIMARY KEY (trial_system_attribute_id),
  UNIQUE (trial_id, "key"), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE trial_params (param_id {serial} NOT NULL, trial_id INTEGER,
  param_name VARCHAR(512), param_value {real}, distribution_json TEXT, PRIMARY KEY (param_id),
  UNIQUE (trial_id, param_name), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE trial_values (trial_value_id {serial} NOT NULL, trial_id INTEGER NOT NULL,
  objective INTEGER NOT NULL, value {real}, value_type {value_type} NOT NULL,
  PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE trial_intermediate_values (trial_intermediate_value_id {serial} NOT NULL,
  trial_id INTEGER NOT NULL, step INTEGER NOT NULL, intermediate_value {real},
  intermediate_value_type {step_type} NOT NULL, PRIMARY KEY (trial_intermediate_value_id),
  UNIQUE (trial_id, step), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE trial_heartbeats (trial_heartbeat_id {serial} NOT NULL,
  trial_id INTEGER NOT NULL, heartbeat {time} NOT NULL, PRIMARY KEY (trial_heartbeat_id),
  UNIQUE (trial_id), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)))"};

constexpr std::array kTablesOfOurs = {
    R"(CREATE TABLE tune_version (version INTEGER NOT NULL, PRIMARY KEY (version)))",
    R"(CREATE TABLE tune_studies (study_id INTEGER NOT NULL, space TEXT NOT NULL,
  canonical TEXT NOT NULL, data TEXT NOT NULL, program TEXT NOT NULL, summary TEXT NOT NULL,
  PRIMARY KEY (study_id), FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    // Numbers are not given out again: claims of a process that has gone must not look like
    // another's.
    R"(CREATE TABLE tune_workers (worker_id {counter}, study_id INTEGER NOT NULL,
  process TEXT NOT NULL, lease_until {real} NOT NULL,
  FOREIGN KEY(study_id) REFERENCES studies (study_id)))",
    "CREATE INDEX ix_tune_workers_study_id ON tune_workers (study_id)",
    R"(CREATE TABLE tune_trials (trial_id INTEGER NOT NULL, study_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL, known INTEGER NOT NULL, proposal TEXT NOT NULL, worker_id INTEGER,
  attempts INTEGER NOT NULL, record TEXT, PRIMARY KEY (trial_id), UNIQUE (study_id, ordinal),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))",
    R"(CREATE TABLE tune_histories (trial_id INTEGER NOT NULL, history TEXT NOT NULL,
  PRIMARY KEY (trial_id), FOREIGN KEY(trial_id) REFERENCES trials (trial_id)))"};

/// A statement with its {words} replaced.
std::string in_words(std::string_view statement, const Words& words) {
  std::string text;
  for (;;) {
    const auto open = statement.find('{');
    text += statement.substr(0, open);
    if (open == std::string_view::npos) return text;
    const auto close = statement.find('}', open);
    text += words.at(statement.substr(open + 1, close - open - 1));
    statement.remove_prefix(close + 1);
  }
}

bool has_table(Database& database, const std::string& name) {
  int count = 0;
  if (database.is_postgres()) {
    database.sql() << "SELECT count(*) FROM pg_class WHERE oid = to_regclass(:name)",
        soci::use(name), soci::into(count);
  } else {
    database.sql() << "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :name",
        soci::use(name), soci::into(count);
  }
  return count > 0;
}

void require_known_version(Database& database) {
  const std::string store = database.url().text();
  int schema = 0;
  std::string alembic;
  database.sql() << "SELECT schema_version FROM version_info", soci::into(schema);
  if (has_table(database, "alembic_version")) {
    database.sql() << "SELECT version_num FROM alembic_version", soci::into(alembic);
  }
  if (schema != kSchemaVersion || alembic != kAlembicVersion) {
    throw base::InputError(store + ": its tables are of another Optuna (schema " +
                           std::to_string(schema) + ", " + alembic + "), wanted " +
                           std::to_string(kSchemaVersion) + ", " + kAlembicVersion +
                           "; `optuna storage upgrade` brings older ones up to date");
  }
  if (!has_table(database, "tune_version")) return;
  int ours = 0;
  database.sql() << "SELECT max(version) FROM tune_version", soci::into(ours);
  if (ours != kOurVersion) {
    throw base::InputError(store + ": was made by another version of tune (tables " +
                           std::to_string(ours) + ", here " + std::to_string(kOurVersion) + ")");
  }
}

}  // namespace

void require_tables(Database& database) {
  if (!has_tables(database)) {
    throw base::InputError(database.url().text() + ": has no studies of tune or Optuna");
  }
  require_known_version(database);
}

bool has_tables(Database& database) {
  return has_table(database, "version_info");
}

bool has_our_tables(Database& database) {
  return has_tables(database) && has_table(database, "tune_version");
}

void make_tables(Database& database) {
  soci::session& sql = database.sql();
  const Words& words = database.is_postgres() ? kOfPostgres : kOfSqlite;
  database.change(Database::Durable::yes, [&] {
    if (database.is_postgres()) sql << kLock;
    if (has_tables(database)) {
      require_known_version(database);
    } else {
      if (database.is_postgres()) {
        for (const char* type : kTypesOfPostgres) sql << type;
      }
      for (const char* table : kTablesOfOptuna) sql << in_words(table, words);
      Insert version("version_info", "version_info_id, schema_version, library_version");
      version.row({1LL, static_cast<long long>(kSchemaVersion), kLibraryVersion});
      version.run(database);
      Insert alembic("alembic_version", "version_num");
      alembic.row({kAlembicVersion});
      alembic.run(database);
    }
    if (has_table(database, "tune_version")) return;
    for (const char* table : kTablesOfOurs) sql << in_words(table, words);
    Insert version("tune_version", "version");
    version.row({static_cast<long long>(kOurVersion)});
    version.run(database);
  });
}

}  // namespace tune::tuner
