#pragma once

#include <soci/soci.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tuner/storage/url.hpp"

namespace tune::tuner {

/// One connection to a store, SQLite's or PostgreSQL's. Not thread-safe.
class Database {
 public:
  enum class Mode {
    create,
    existing,
    reading  ///< existing, and left as it is
  };
  /// How long a change lasts once `change` has returned.
  enum class Durable {
    no,  ///< it outlives the process, not always the machine
    yes  ///< it outlives the machine
  };

  /// Connects. Throws InputError if that fails, or if it has to exist and there is no such file.
  Database(const StorageUrl& url, Mode mode);

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
  void change(Durable durable, const std::function<void()>& action);
  /// The same for what only reads: one snapshot.
  void read(const std::function<void()>& action);

  /// Once the flag, which must outlive this, is set, nothing is tried again.
  void give_up_with(const std::atomic<bool>* flag) { giving_up_ = flag; }

  static constexpr double kPatience = 300;  ///< seconds

 private:
  void run(const char* begin, const std::function<void()>& action);
  bool is_lost() const;
  void reconnect();

  StorageUrl url_;
  std::unique_ptr<soci::session> sql_;
  int generation_ = 0;
  const std::atomic<bool>* giving_up_ = nullptr;
};

/// A value to bind: null, a number, a text.
using Cell = std::variant<std::monostate, long long, double, std::string>;

/// INSERT of any number of rows, by as few statements as the engines allow.
class Insert {
 public:
  /// Names of the table and of its columns, "a, b".
  Insert(std::string_view table, std::string_view columns);
  void row(std::vector<Cell> cells);
  void run(soci::session& sql) const;

 private:
  std::string head_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tune::tuner
