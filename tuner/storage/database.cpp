#include "tuner/storage/database.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <thread>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Clock = std::chrono::steady_clock;

/// Seconds that SQLite waits for another process that writes.
constexpr const char* kBusyTimeout = "30";
/// Values that one statement may bind; SQLite takes 32,766, PostgreSQL 65,535.
constexpr std::size_t kMostCells = 8000;

/// States of SQL that mean: try again. 40: the transaction gave way; 08 and 57: the server has gone
/// or is about to.
bool passes_by(const std::string& state) {
  return state.starts_with("40") || state.starts_with("08") || state.starts_with("57P");
}

std::unique_ptr<soci::session> connect(const StorageUrl& url) {
  if (!url.is_file()) {
    // SOCI takes key=value pairs; a URL with a parameter passes through it as one.
    const std::string& text = url.connection();
    const char* more = text.find('?') == std::string::npos ? "?" : "&";
    return std::make_unique<soci::session>(soci::postgresql, text + more + "application_name=tune");
  }
  const std::string file = url.file().string();
  if (file.find('"') != std::string::npos) {
    throw base::InputError(file + ": the name of a store must not have a quotation mark");
  }
  return std::make_unique<soci::session>(soci::sqlite3,
                                         "db=\"" + file + "\" timeout=" + kBusyTimeout);
}

PGconn* connection_of(soci::session& sql) {
  return static_cast<soci::postgresql_session_backend*>(sql.get_backend())->conn_;
}

/// What an engine says, in one line.
std::string line_of(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

Database::Database(const StorageUrl& url, Mode mode) : url_(url) {
  if (url.is_file() && mode != Mode::create && !std::filesystem::exists(url.file())) {
    throw base::InputError(url.file().string() + ": there is no such store");
  }
  try {
    sql_ = connect(url);
    if (!is_postgres() && mode != Mode::reading) *sql_ << "PRAGMA journal_mode = WAL";
  } catch (const soci::soci_error& error) {
    throw base::InputError(url.text() + ": cannot be opened: " + line_of(error.what()));
  }
}

std::string_view Database::now() const {
  return is_postgres() ? "EXTRACT(EPOCH FROM clock_timestamp())"
                       : "((julianday('now') - 2440587.5) * 86400.0)";
}

void Database::change(Durable durable, const std::function<void()>& action) {
  if (is_postgres()) {
    return run("BEGIN", [&] {
      if (durable == Durable::no) *sql_ << "SET LOCAL synchronous_commit = off";
      action();
    });
  }
  // Not within a transaction.
  *sql_ << (durable == Durable::yes ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  run("BEGIN IMMEDIATE", action);
}

void Database::read(const std::function<void()>& action) {
  run(is_postgres() ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN", action);
}

void Database::run(const char* begin, const std::function<void()>& action) {
  const auto until = Clock::now() + std::chrono::duration<double>(kPatience);
  auto pause = std::chrono::milliseconds(50);
  for (;;) {
    try {
      *sql_ << begin;
      action();
      *sql_ << "COMMIT";
      return;
    } catch (const soci::soci_error& error) {
      const auto* of_postgres = dynamic_cast<const soci::postgresql_soci_error*>(&error);
      const bool again =
          is_lost() || (of_postgres != nullptr && passes_by(of_postgres->sqlstate()));
      const std::string reason = line_of(error.what());
      try {
        *sql_ << "ROLLBACK";
      } catch (const soci::soci_error&) {
        // Nothing was begun, or the connection is gone and the transaction with it.
      }
      const bool give_up = giving_up_ != nullptr && giving_up_->load();
      if (!again || give_up || Clock::now() > until)
        throw std::runtime_error(url_.text() + ": " + reason);
    } catch (...) {
      *sql_ << "ROLLBACK";
      throw;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, std::chrono::milliseconds(2000));
    reconnect();
  }
}

bool Database::is_lost() const {
  return is_postgres() && PQstatus(connection_of(*sql_)) != CONNECTION_OK;
}

void Database::reconnect() {
  if (!is_lost()) return;
  try {
    sql_ = connect(url_);
    ++generation_;
  } catch (const soci::soci_error&) {
    // Still away: the next attempt fails at once, and waits again.
  }
}

Insert::Insert(std::string_view table, std::string_view columns)
    : head_("INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES ") {}

void Insert::row(std::vector<Cell> cells) {
  rows_.push_back(std::move(cells));
}

void Insert::run(soci::session& sql) const {
  const std::size_t width = rows_.empty() ? 1 : rows_.front().size();
  const std::size_t most = kMostCells / width;
  for (std::size_t first = 0; first < rows_.size(); first += most) {
    const auto rows = std::span(rows_).subspan(first, std::min(most, rows_.size() - first));
    soci::statement statement(sql);
    std::string text = head_;
    soci::indicator null = soci::i_null;
    const std::string nothing;
    std::size_t next = 0;
    for (const std::vector<Cell>& cells : rows) {
      text += next == 0 ? "(" : ", (";
      for (const Cell& cell : cells) {
        text += (&cell == cells.data() ? ":v" : ", :v") + std::to_string(next++);
        if (const auto* number = std::get_if<long long>(&cell)) {
          statement.exchange(soci::use(*number));
        } else if (const auto* real = std::get_if<double>(&cell)) {
          statement.exchange(soci::use(*real));
        } else if (const auto* string = std::get_if<std::string>(&cell)) {
          statement.exchange(soci::use(*string));
        } else {
          statement.exchange(soci::use(nothing, null));
        }
      }
      text += ')';
    }
    statement.alloc();
    statement.prepare(text, soci::details::st_one_time_query);
    statement.define_and_bind();
    statement.execute(true);
  }
}

}  // namespace tune::tuner
