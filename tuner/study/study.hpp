#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "search/pruner.hpp"
#include "search/strategy.hpp"
#include "tuner/executor.hpp"
#include "tuner/study/ledger.hpp"
#include "tuner/study/objective.hpp"

namespace tune::tuner {

/// A trial of an earlier study.
struct Given {
  search::Proposal proposal;
  search::Outcome outcome;
};

/// What decides, beside the strategy, which trials there are.
struct StudyRules {
  std::size_t trials = std::numeric_limits<std::size_t>::max();  ///< at the most
  std::uint64_t seed = 0;
  /// An adaptive strategy is asked for trial n when all below n + 1 - window have ended. With a
  /// pruner that holds for all but those with brackets, whose waits say what a trial can see.
  std::size_t window = 8;
  MetricInfo metric;                     ///< the first objective
  std::vector<MetricInfo> further = {};  ///< the other objectives
  // Each of these ends the table with the first trial, in order, at which it comes true.
  std::optional<double> target;                ///< a trial with the full budget reaches it
  std::optional<std::uint64_t> epoch_limit{};  ///< so many epochs are trained, over all folds
  std::optional<std::size_t> stall_limit{};    ///< so many trials in a row are no better than one
  std::optional<double> improvement_limit{};   ///< less is expected of any further trial
  int epochs = 0;  ///< the full budget; trials with a smaller one come out as pruned
  std::vector<Given> earlier = {};         ///< the strategy sees them, the table does not have them
  const search::Pruner* pruner = nullptr;  ///< null: no trial is ended before its epochs
  search::Folds folds = {};                ///< of a trial, for the pruner

  /// The first one and the others, as many as the first metrics of a trial.
  std::vector<MetricInfo> objectives() const;
  /// Takes the rules away that end the table before its last trial.
  void lift_endings();
};

/// Does a trial wait for the outcomes of those before the window?
bool is_windowed(const search::Strategy& strategy, const StudyRules& rules);

/// What a study has come to.
struct StudyResult {
  /// The trials from 0 up to the first one that did not end: the table.
  std::vector<TrialRecord> records;
  bool interrupted = false;
  std::string ending;  ///< the rule that ended the table before its last trial; empty: none
  double asking = 0;   ///< seconds that the strategy has taken to propose trials
};

/// Told about every trial that ends, in the order in which they end; called by the loop's thread.
using TrialListener = std::function<void(const TrialRecord&)>;

/// A study that is recorded, and that other processes may take part in.
struct Recording {
  Ledger* ledger = nullptr;      ///< null: it is kept in memory alone
  TrialListener elsewhere = {};  ///< told about trials that ended in another process
  /// Given the records of the table in its order, each once all before it have ended; the result
  /// then has none, for studies whose records are too many to be kept. Not with a pruner.
  TrialListener table = {};
};

/// What a fold of a trial comes to: all that is thrown, and a score that is not finite, is its
/// failure.
FoldResult evaluate_caught(const Objective& objective, const Trial& trial, std::size_t fold,
                           const std::function<bool()>& cancelled);

/// The loop: asks the strategy for trials, in order, runs their folds on the executor, and hands
/// the outcomes back. What ask(n) sees is fixed by the rules, never by the clock: with the same
/// arguments the table is the same for any number of jobs. `stop`, once set, lets no trial begin
/// and ends the running ones; the table is then the start of the full one.
///
/// With a ledger, trials that are recorded there are not run again, nor asked for, but for the last
/// one: if the strategy does not ask for it again, InputError says so. Records of the result are
/// then without histories, unless a pruner needs them; the ledger has them.
/// Throws what the strategy throws, and std::logic_error if it waits with nothing to wait for.
StudyResult run_study(const search::Space& space, const search::Strategy& strategy,
                      const StudyRules& rules, const Objective& objective, Executor& executor,
                      const std::atomic<bool>& stop, const TrialListener& listener,
                      const Recording& recording = {});

}  // namespace tune::tuner
