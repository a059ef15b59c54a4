#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "search/space.hpp"
#include "tuner/storage/database.hpp"
#include "tuner/storage/lease.hpp"
#include "tuner/storage/studies.hpp"
#include "tuner/storage/trial_rows.hpp"
#include "tuner/study/ledger.hpp"

namespace tune::tuner {

/// The ledger of a study in a database.
///
/// A claim inserts a row into Optuna's `trials` under the lock of the study's row, as Optuna does,
/// so that its numbers are dense and grow with trial_id, and beside it one into tune_trials under
/// the trial's own number, its ordinal: others may add trials in between. A process whose lease has
/// run out, or that is known to have ended, has lost its claims.
class StudyStore : public Ledger {
 public:
  struct Options {
    int attempts = 5;        ///< to run a trial, after which it has failed; 0: no limit
    bool alone = true;       ///< see Ledger
    bool histories = false;  ///< give records with their histories
    double lease = 30;       ///< seconds
  };

  /// Opens the study, or makes it. Throws InputError, see open_study. `space` must outlive it.
  StudyStore(const StorageUrl& url, const StudyEntry& study, const search::Space& space,
             const Options& options);

  const Planned* planned(std::size_t number) const override;
  std::optional<TrialRecord> take(std::size_t number) override;
  Claim claim(std::size_t number, const Planned& planned) override;
  int attempts(std::size_t number) const override { return entries_.at(number).claimed.attempts; }
  void begin(std::size_t number) override;
  std::vector<std::size_t> record(std::span<const TrialRecord> records) override;
  void refresh(std::size_t from) override;
  void release() override;
  void on_change(std::function<void()> wake) override;
  bool alone() const override { return options_.alone; }

  /// Trials of this study that have their record, as of the last look.
  std::size_t recorded() const;
  /// Once the flag is set, a lost connection ends the study.
  void give_up_with(const std::atomic<bool>* flag);
  /// Puts the history of a trial back into its record.
  void read_history(TrialRecord& record);

 private:
  struct Entry {
    long long trial = 0;  ///< Optuna's trial_id
    Planned planned;      ///< without its proposal once the record is taken
    int epochs = 0;       ///< of the proposal
    bool ended = false;
    std::optional<TrialRecord> record = {};  ///< until it is taken
    Claimed claimed = {};
    bool begun = false;  ///< here
  };
  struct Worker {
    std::string process;
    bool gone = false;  ///< it is known to have ended
  };

  void load(std::size_t from);
  bool is_gone(const Entry& entry) const;
  bool insert(std::size_t number, const Planned& planned);
  bool take_over(Entry& entry);
  void fail(std::size_t number);
  void give_back(const Entry& entry);
  TrialRecord read_record(std::size_t number, const Entry& entry, const std::string& text) const;

  std::mutex mutex_;  ///< of the database, and of what a thread that begins a trial looks at
  Database database_;
  const std::atomic<bool>* giving_up_ = nullptr;
  const search::Space& space_;
  const Options options_;
  const std::vector<MetricInfo> objectives_;
  long long study_;
  Lease lease_;
  std::vector<Entry> entries_;           ///< by ordinal
  std::map<long long, Worker> workers_;  ///< whose lease holds
};

}  // namespace tune::tuner
