#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "tuner/storage/url.hpp"

namespace tune::tuner {

/// A row of tune_workers that says that this process is alive, renewed three times before it runs
/// out by a thread and a connection of its own (Asio), and what listens to the others: on
/// PostgreSQL NOTIFY wakes it, on SQLite a look at the file's change counter each fifth of a
/// second.
///
/// A lease that cannot be renewed does no harm: another process may run the same trials, to the
/// same results.
class Lease {
 public:
  /// Registers this process with a study, under a number that none has had. Throws what Database
  /// throws, and std::runtime_error if the study is not there.
  Lease(const StorageUrl& url, long long study, double seconds);
  /// Gives the row back.
  ~Lease();

  long long worker() const;
  double seconds() const;
  /// Has something been written since this was asked last? Once true at least each third of a
  /// lease, as leases of others run out without a word. Thread-safe.
  bool take_changed();
  /// True once a second: time to see whether processes of this host have ended. Thread-safe.
  bool take_second();
  /// See Ledger.
  void on_change(std::function<void()> wake);

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tune::tuner
