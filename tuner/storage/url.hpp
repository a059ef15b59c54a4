#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tune::tuner {

/// Where a store is, written as Optuna writes it: `sqlite:///relative.db`,
/// `sqlite:////absolute.db`, `postgresql://user:password@host:port/database`.
class StorageUrl {
 public:
  /// `sqlite:///FILE?timeout=SECONDS` says how long to wait for another process that writes, as
  /// Optuna's URL does. Throws InputError. A driver behind a plus sign (`postgresql+psycopg2`) is
  /// Optuna's matter and left out.
  explicit StorageUrl(std::string_view text);
  /// The store in a file.
  static StorageUrl of_file(const std::filesystem::path& file);

  bool is_file() const { return !file_.empty(); }
  /// The file of SQLite; empty for PostgreSQL.
  const std::filesystem::path& file() const { return file_; }
  /// What the client library of PostgreSQL takes, with the password; empty for SQLite.
  const std::string& connection() const { return connection_; }
  /// What is before its question mark, and behind it: a password may have one, too.
  std::string_view address() const;
  std::string_view parameters() const;
  /// Seconds, at least 1, that SQLite waits for a lock.
  int timeout() const { return timeout_; }
  /// For the eye: without a password.
  std::string text() const;
  /// A URL that means the same from another folder, without a password.
  std::string portable() const;
  /// The same with the password.
  std::string absolute() const;

 private:
  StorageUrl() = default;

  static constexpr int kTimeout = 30;

  std::filesystem::path file_;
  std::string connection_;
  int timeout_ = kTimeout;
};

}  // namespace tune::tuner
