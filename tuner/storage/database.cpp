#include "tuner/storage/database.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <span>
#include <stdexcept>
#include <thread>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Clock = std::chrono::steady_clock;

/// The waits between attempts.
class Pauses {
 public:
  /// Waits; false once the patience is over.
  bool pause() {
    if (Clock::now() > until_) return false;
    std::this_thread::sleep_for(next_);
    next_ = std::min(2 * next_, std::chrono::milliseconds(2000));
    return true;
  }

 private:
  Clock::time_point until_ = Clock::now() + std::chrono::seconds(Database::kPatience);
  std::chrono::milliseconds next_{50};
};

/// States of SQL that mean: try again. 40: the transaction gave way; 08 and 57: the server has gone
/// or is about to; blank: it has not answered, which a connection is not seen to be lost by at
/// once.
bool passes_by(const std::string& state) {
  return state.find_first_not_of(' ') == std::string::npos || state.starts_with("40") ||
         state.starts_with("08") || state.starts_with("57P");
}

/// What a connection is made with; the last one of a name counts, so those of the URL do. A server
/// that has gone without a word is given up after half a minute, as is one that does not answer.
std::string connection_text(const StorageUrl& url) {
  const std::string own(url.parameters());
  return std::string(url.address()) +
         "?application_name=tune&connect_timeout=10&keepalives_idle=20&keepalives_interval=5"
         "&keepalives_count=3&tcp_user_timeout=30000" +
         (own.empty() ? "" : '&' + own);
}

/// May this process write no file beside the store, whose changes are all in its file?
bool is_still(const std::filesystem::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  return faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0 &&
         !std::filesystem::exists(file.string() + "-wal");
}

/// The file as a URL of SQLite that says it will not change.
std::string immutable(const std::filesystem::path& file) {
  std::string text = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      text += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    } else {
      text += c;
    }
  }
  return text + "?immutable=1";
}

std::unique_ptr<soci::session> connect(const StorageUrl& url, Database::Mode mode) {
  // SOCI takes key=value pairs; a URL with a parameter passes through it as one.
  if (!url.is_file()) {
    auto sql = std::make_unique<soci::session>(soci::postgresql, connection_text(url));
    // What is to last says so.
    *sql << "SET synchronous_commit = off";
    return sql;
  }
  // SQLite takes URLs if it is told before its first call.
  static const int configured = sqlite_api::sqlite3_config(SQLITE_CONFIG_URI, 1);
  // A log of changes is shared by means of a file beside it, which readers make, too.
  const bool still =
      mode == Database::Mode::reading && configured == SQLITE_OK && is_still(url.file());
  const std::string file = still ? immutable(url.file()) : url.file().string();
  if (file.find('"') != std::string::npos) {
    throw base::InputError(file + ": the name of a store must not have a quotation mark");
  }
  return std::make_unique<soci::session>(
      soci::sqlite3, "db=\"" + file + "\" timeout=" + std::to_string(url.timeout()));
}

/// Whether a server that refuses a connection will take one later. libpq tells it by words alone.
bool is_busy(const std::string& reason) {
  constexpr std::string_view kWords[] = {"too many clients",           "too many connections",
                                         "remaining connection slots", "is starting up",
                                         "is shutting down",           "in recovery mode"};
  return std::ranges::any_of(
      kWords, [&](std::string_view words) { return reason.find(words) != std::string::npos; });
}

PGconn* connection_of(soci::session& sql) {
  return static_cast<soci::postgresql_session_backend*>(sql.get_backend())->conn_;
}

/// What an engine says, in one line and without the words around it.
std::string said_by(const soci::soci_error& error) {
  const std::string text = error.get_error_message();
  std::size_t first = 0;
  for (const char* mark :
       {"ERROR:", "FATAL:", "Fatal error. ", "::loadOne: ", "database. ", "ransaction. "}) {
    if (const auto found = text.find(mark); found != std::string::npos) {
      first = found + std::strlen(mark);
      break;
    }
  }
  std::string line;
  for (const char c : text.substr(first)) {
    const char shown = c == '\n' || c == '\t' ? ' ' : c;
    if (shown != ' ' || (!line.empty() && line.back() != ' ')) line += shown;
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

/// The parts of "a, b".
std::vector<std::string> names_of(const std::string& columns) {
  std::vector<std::string> names(1);
  for (const char c : columns) {
    if (c == ',') {
      names.emplace_back();
    } else if (c != ' ') {
      names.back() += c;
    }
  }
  return names;
}

using Rows = std::span<const std::vector<Cell>>;
using Column = std::variant<std::vector<long long>, std::vector<double>, std::vector<std::string>>;

template <class Value>
std::vector<Value> values_of(Rows rows, std::size_t index) {
  std::vector<Value> values;
  values.reserve(rows.size());
  for (const std::vector<Cell>& row : rows) {
    const auto* value = std::get_if<Value>(&row[index]);
    values.push_back(value != nullptr ? *value : Value());
  }
  return values;
}

/// The cells of a column; all that are not null are of one kind.
Column column_of(Rows rows, std::size_t index) {
  for (const std::vector<Cell>& row : rows) {
    if (std::holds_alternative<long long>(row[index])) return values_of<long long>(rows, index);
    if (std::holds_alternative<double>(row[index])) return values_of<double>(rows, index);
  }
  return values_of<std::string>(rows, index);
}

std::vector<soci::indicator> nulls_of(Rows rows, std::size_t index) {
  std::vector<soci::indicator> nulls;
  nulls.reserve(rows.size());
  for (const std::vector<Cell>& row : rows) {
    nulls.push_back(row[index].index() == 0 ? soci::i_null : soci::i_ok);
  }
  return nulls;
}

void append(std::string& text, const Cell& cell) {
  if (const auto* number = std::get_if<long long>(&cell)) {
    text += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    std::array<char, 32> digits{};
    text.append(digits.data(), std::to_chars(digits.data(), digits.end(), *real).ptr);
  } else if (const auto* string = std::get_if<std::string>(&cell)) {
    text += '"';
    for (const char c : *string) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  } else {
    text += "NULL";
  }
}

/// A column as PostgreSQL writes arrays.
std::string array_text(Rows rows, std::size_t index) {
  std::string text = "{";
  for (const std::vector<Cell>& row : rows) {
    if (text.size() > 1) text += ',';
    append(text, row[index]);
  }
  return text + '}';
}

/// Why the last call of SQLite failed.
std::string said_by(soci::session& sql, const StorageUrl& url) {
  sqlite_api::sqlite3* of = static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_;
  if (sqlite_api::sqlite3_errcode(of) == SQLITE_BUSY) {
    return "another process has locked it, for " + std::to_string(url.timeout()) + " s now";
  }
  const int of_system = sqlite_api::sqlite3_system_errno(of);
  // SQLite looks for a file that it could not make, which is not why.
  const bool tells = of_system != 0 && of_system != ENOENT;
  return sqlite_api::sqlite3_errmsg(of) +
         (tells ? std::string(": ") + std::strerror(of_system) : std::string());
}

}  // namespace

/// A statement that is prepared, with the values that it is bound to.
class Database::Kept {
 public:
  Kept(soci::session& sql, const std::string& text, std::vector<Cell> values, bool gives)
      : values_(std::move(values)), gives_(gives), statement_(sql) {
    for (const Cell& cell : values_) {
      if (const auto* number = std::get_if<long long>(&cell)) {
        statement_.exchange(soci::use(*number));
      } else if (const auto* real = std::get_if<double>(&cell)) {
        statement_.exchange(soci::use(*real));
      } else {
        statement_.exchange(soci::use(std::get<std::string>(cell)));
      }
    }
    if (gives) statement_.exchange(soci::into(value_));
    statement_.alloc();
    statement_.prepare(text);
    statement_.define_and_bind();
  }

  Done run() {
    const bool found = statement_.execute(true) && gives_;
    return {statement_.get_affected_rows(), found ? std::optional(value_) : std::nullopt};
  }

  /// With others of the same kinds, which take the places of those before.
  Done run(std::vector<Cell> values) {
    for (std::size_t i = 0; i < values.size(); ++i) values_.at(i) = std::move(values[i]);
    return run();
  }

 private:
  std::vector<Cell> values_;
  const bool gives_;
  long long value_ = 0;
  soci::statement statement_;
};

void await_server(const StorageUrl& url, const std::function<void()>& waits) {
  if (url.is_file()) return;
  Pauses pauses;
  for (bool first = true;; first = false) {
    const PGPing answer = PQping(connection_text(url).c_str());
    if (answer == PQPING_OK || answer == PQPING_NO_ATTEMPT) return;
    if (first) waits();
    if (!pauses.pause()) return;
  }
}

Database::~Database() = default;

Database::Database(const StorageUrl& url, Mode mode) : url_(url), mode_(mode) {
  if (url.is_file() && mode != Mode::create && !std::filesystem::exists(url.file())) {
    throw base::InputError(url.file().string() + ": there is no such store");
  }
  Pauses pauses;
  while (sql_ == nullptr) {
    try {
      sql_ = connect(url, mode);
      if (!is_postgres() && mode != Mode::reading) *sql_ << "PRAGMA journal_mode = WAL";
    } catch (const soci::soci_error& error) {
      const std::string why = reason(error);
      if (is_postgres() && is_busy(why) && pauses.pause()) continue;
      throw base::InputError(url.text() + ": cannot be opened: " + why);
    }
  }
}

std::string_view Database::now() const {
  return is_postgres() ? "EXTRACT(EPOCH FROM clock_timestamp())"
                       : "((julianday('now') - 2440587.5) * 86400.0)";
}

void Database::change(Durable durable, const std::function<void()>& action,
                      const std::string& first, const std::string& last) {
  if (is_postgres()) {
    const char* begin =
        durable == Durable::no ? "BEGIN; " : "BEGIN; SET LOCAL synchronous_commit TO DEFAULT; ";
    return run({begin + first}, action, last.empty() ? "COMMIT" : last + "; COMMIT");
  }
  // Not within a transaction.
  run({durable == Durable::yes ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
       "BEGIN IMMEDIATE"},
      action, "COMMIT");
}

void Database::change_alone(const std::function<void()>& action) {
  if (is_postgres()) return run({}, action, "");
  change(Durable::no, action);
}

void Database::read(const std::function<void()>& action) {
  run({is_postgres() ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN"}, action,
      "COMMIT");
}

void Database::run(const std::vector<std::string>& begin, const std::function<void()>& action,
                   const std::string& commit) {
  Pauses pauses;
  for (;;) {
    reconnect();
    try {
      for (const std::string& statement : begin) *sql_ << statement;
      action();
      if (!commit.empty()) *sql_ << commit;
      return;
    } catch (const soci::soci_error& error) {
      const auto* of_postgres = dynamic_cast<const soci::postgresql_soci_error*>(&error);
      const std::string reason = this->reason(error);
      roll_back();
      const bool again =
          is_lost() || (of_postgres != nullptr && passes_by(of_postgres->sqlstate()));
      const bool give_up = giving_up_ != nullptr && giving_up_->load();
      if (!again || give_up || !pauses.pause())
        throw std::runtime_error(url_.text() + ": " + reason);
    } catch (...) {
      roll_back();
      throw;
    }
  }
}

void Database::roll_back() {
  try {
    *sql_ << "ROLLBACK";
  } catch (const soci::soci_error&) {
    // Nothing was begun, or the connection is gone and the transaction with it.
  }
}

std::string Database::reason(const soci::soci_error& error) const {
  return is_postgres() || sql_ == nullptr ? said_by(error) : said_by(*sql_, url_);
}

bool Database::is_lost() const {
  return is_postgres() && PQstatus(connection_of(*sql_)) != CONNECTION_OK;
}

void Database::reconnect() {
  if (!is_lost()) return;
  try {
    std::unique_ptr<soci::session> sql = connect(url_, mode_);
    kept_.clear();
    sql_ = std::move(sql);
    ++generation_;
  } catch (const soci::soci_error&) {
    // Still away: the next attempt fails at once, and waits again.
  }
}

Database::Done Database::execute(const std::string& text, std::vector<Cell> values) {
  return run_kept(text, std::move(values), false);
}

Database::Done Database::query(const std::string& text, std::vector<Cell> values) {
  return run_kept(text, std::move(values), true);
}

Database::Done Database::run_kept(const std::string& text, std::vector<Cell> values, bool gives) {
  // SQLite's would stay in the middle of their rows, where it cannot commit.
  if (!is_postgres()) return Kept(*sql_, text, std::move(values), gives).run();
  const auto found = kept_.find(text);
  if (found != kept_.end()) return found->second->run(std::move(values));
  auto kept = std::make_unique<Kept>(*sql_, text, std::move(values), gives);
  return kept_.emplace(text, std::move(kept)).first->second->run();
}

Insert::Insert(std::string_view table, std::string_view columns)
    : table_(table), columns_(columns) {}

void Insert::row(std::vector<Cell> cells) {
  rows_.push_back(std::move(cells));
}

void Insert::run(Database& database) const {
  run_all(database, {this});
}

void Insert::run_all(Database& database, std::initializer_list<const Insert*> inserts) {
  std::string heads, text;
  std::vector<Cell> arrays;
  for (const Insert* insert : inserts) {
    if (insert->rows_.empty()) continue;
    if (!database.is_postgres()) {
      insert->run_by_row(database.sql());
      continue;
    }
    // All but the last one are WITH queries of it.
    if (!text.empty()) {
      heads += heads.empty() ? "WITH i" : ", i";
      heads += std::to_string(arrays.size()) + " AS (" + text + ") ";
    }
    text = insert->of_arrays(arrays);
  }
  if (!arrays.empty()) database.execute(heads + text, std::move(arrays));
}

/// The statement that inserts arrays, which are appended to those of others. Their types are those
/// of the columns, enumerations among them.
std::string Insert::of_arrays(std::vector<Cell>& arrays) const {
  std::string text = "INSERT INTO " + table_ + " (" + columns_ + ") SELECT * FROM unnest(";
  const std::vector<std::string> names = names_of(columns_);
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "COALESCE(:v" : ", COALESCE(:v") + std::to_string(arrays.size()) +
            ", ARRAY[(NULL::" + table_ + ")." + names[i] + "])";
    arrays.emplace_back(array_text(rows_, i));
  }
  return text + ')';
}

void Insert::run_by_row(soci::session& sql) const {
  const std::size_t width = rows_.front().size();
  std::vector<Column> columns(width);
  std::vector<std::vector<soci::indicator>> nulls(width);
  soci::statement statement(sql);
  std::string values;
  for (std::size_t i = 0; i < width; ++i) {
    columns[i] = column_of(rows_, i);
    nulls[i] = nulls_of(rows_, i);
    std::visit([&](auto& column) { statement.exchange(soci::use(column, nulls[i])); }, columns[i]);
    values += (i == 0 ? ":v" : ", :v") + std::to_string(i);
  }
  statement.alloc();
  statement.prepare("INSERT INTO " + table_ + " (" + columns_ + ") VALUES (" + values + ")");
  statement.define_and_bind();
  statement.execute(true);
}

}  // namespace tune::tuner
