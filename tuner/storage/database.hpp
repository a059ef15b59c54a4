#pragma once

#include <soci/soci.h>

#include <atomic>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tuner/storage/url.hpp"

namespace tune::tuner {

/// A value to bind: null, a number, a text.
using Cell = std::variant<std::monostate, long long, double, std::string>;

/// One connection to a store, SQLite's or PostgreSQL's. Not thread-safe.
class Database {
 public:
  enum class Mode {
    create,
    existing,
    reading  ///< existing, and left as it is, also where this process may not write
  };
  /// How long a change lasts once `change` has returned.
  enum class Durable {
    no,      ///< it outlives the process, not always the store's machine
    if_far,  ///< it outlives the store's machine where the process may do so too: PostgreSQL
    yes      ///< it outlives the machine
  };

  /// Connects; where the server has no connection left or is about to start, waits for `kPatience`.
  /// Throws InputError if that fails, or if it has to exist and there is no such file.
  Database(const StorageUrl& url, Mode mode);
  ~Database();

  const StorageUrl& url() const { return url_; }
  bool is_postgres() const { return !url_.is_file(); }
  soci::session& sql() { return *sql_; }
  /// Grows whenever a lost connection has been replaced.
  int generation() const { return generation_; }
  /// Seconds since 1970 by the store's clock, as an expression of SQL.
  std::string_view now() const;

  /// Runs `action` in one transaction that may write. Where the connection is lost, or the database
  /// gives way to another transaction, it is run again, so it must stand that its first run has
  /// happened; waits between attempts grow from 50 ms to 2 s, and `kPatience` later it gives up.
  /// Throws std::runtime_error that names the store and what it says.
  /// `first` and `last` are statements that the first and the last way to PostgreSQL take along.
  void change(Durable durable, const std::function<void()>& action, const std::string& first = {},
              const std::string& last = {});
  /// The same, with Durable::no, for an action of one statement: it has one way to PostgreSQL.
  void change_alone(const std::function<void()>& action);
  /// The same for what only reads: one snapshot.
  void read(const std::function<void()>& action);

  /// What a statement has done.
  struct Done {
    long long rows = 0;              ///< that it changed
    std::optional<long long> value;  ///< that it gave
  };
  /// Runs a statement with these values, of which none is null. PostgreSQL parses and plans those
  /// of the same text once.
  Done execute(const std::string& text, std::vector<Cell> values);
  /// The same for one that gives a number, or none.
  Done query(const std::string& text, std::vector<Cell> values);

  /// Once the flag, which must outlive this, is set, each of the two is a single attempt.
  void give_up_with(const std::atomic<bool>* flag) { giving_up_ = flag; }

  static constexpr int kPatience = 300;  ///< seconds

 private:
  class Kept;

  void run(const std::vector<std::string>& begin, const std::function<void()>& action,
           const std::string& commit);
  void roll_back();
  std::string reason(const soci::soci_error& error) const;
  Done run_kept(const std::string& text, std::vector<Cell> values, bool gives);
  bool is_lost() const;
  void reconnect();

  StorageUrl url_;
  Mode mode_;
  std::unique_ptr<soci::session> sql_;
  std::map<std::string, std::unique_ptr<Kept>> kept_;  ///< PostgreSQL's, by text
  int generation_ = 0;
  const std::atomic<bool>* giving_up_ = nullptr;
};

/// Waits until the server of a store takes connections, up to `Database::kPatience`; a store in a
/// file has none. `waits` is called once, before it does so.
void await_server(const StorageUrl& url, const std::function<void()>& waits);

/// INSERT of any number of rows: on PostgreSQL in one statement, whose words do not depend on their
/// number as each column is an array; on SQLite, where a statement has no way to go, by one that is
/// prepared once and run row by row.
class Insert {
 public:
  /// Names of the table and of its columns, "a, b".
  Insert(std::string_view table, std::string_view columns);
  /// What is not null in a column must be of one kind.
  void row(std::vector<Cell> cells);
  void run(Database& database) const;
  /// Several at once, on PostgreSQL in one statement; none may refer to rows of another.
  static void run_all(Database& database, std::initializer_list<const Insert*> inserts);

 private:
  std::string of_arrays(std::vector<Cell>& arrays) const;
  void run_by_row(soci::session& sql) const;

  std::string table_, columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tune::tuner
