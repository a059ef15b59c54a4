#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "search/trials.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// A trial as a strategy was asked for it.
struct Planned {
  search::Proposal proposal;  ///< its parent is a trial of the study
  std::size_t known = 0;      ///< the strategy saw the outcomes of so many of the study's trials
};

/// Where the trials of a study are recorded, and how they are shared out among the processes that
/// run it. Each of them asks the strategy for the same trials in the same order; what is here says
/// who runs which. Used by one thread but for `begin` and for wake functions.
///
/// What a process asks for is a function of recorded outcomes, so two that ask for the same trial
/// ask for the same thing, and two that run it record the same: who comes first does not matter.
class Ledger {
 public:
  enum class Claim {
    mine,       ///< this process is to run the trial
    elsewhere,  ///< another process is at it
    ended,      ///< its record is there
    left_out,   ///< it is not to be run here, and never will be
  };

  virtual ~Ledger() = default;

  /// How a trial was asked for, by whichever process; null: by none, as far as is known here. Valid
  /// until the next call of another function.
  virtual const Planned* planned(std::size_t number) const = 0;
  /// The record of a trial, moved out; nothing if it has not ended.
  virtual std::optional<TrialRecord> take(std::size_t number) = 0;
  /// Claims a trial: one that nobody has asked for, that was given back, or whose process is gone.
  /// Where another process has come before, `planned` says afterwards how that one asked for it.
  virtual Claim claim(std::size_t number, const Planned& planned) = 0;
  /// How many processes have ended while they ran a trial that this one has claimed.
  virtual int attempts(std::size_t number) const = 0;
  /// A claimed trial is about to run: once it returns, the trial is known to have been run even if
  /// the process ends. Called once for a claim. Thread-safe.
  virtual void begin(std::size_t number) = 0;
  /// Keeps records of trials for good: once it returns they survive the end of the process and of
  /// the machine. Those that others have recorded before stay as they are, and count: their numbers
  /// are returned, and `take` gives what is recorded.
  virtual std::vector<std::size_t> record(std::span<const TrialRecord> records) = 0;
  /// Reads what others have done to the trials from this one on, if something has happened.
  virtual void refresh(std::size_t from) = 0;
  /// Gives back what this process has claimed and not recorded, as never begun. What cannot be
  /// given back, as the store is away, others take over later.
  virtual void release() = 0;
  /// Calls `wake`, on another thread, when there may be something to refresh for, and now and then.
  /// An empty function ends that.
  virtual void on_change(std::function<void()> wake) = 0;
  /// Is no other process expected to take part? Then this one claims far ahead.
  virtual bool alone() const = 0;
};

}  // namespace tune::tuner
