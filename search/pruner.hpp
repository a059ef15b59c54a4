#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "search/base/registry.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// The folds of a trial: all splits of the rows, and then all of them again with other draws.
struct Folds {
  std::size_t splits = 1;
  /// Rows that a fold scores for each row that it trains on: training rows that two folds share
  /// make their scores alike.
  double scored_share = 0;
  std::size_t repeats = 1;  ///< of each split
};

/// Why a trial is to end, for people: "median: its best validation loss so far, 0.5, is above ...";
/// nothing: it goes on.
using Verdict = std::optional<std::string>;

/// Whether one trial goes on. Immutable: what it compares the trial with was there when it was
/// made. Thread-safe, as the folds of a trial run on several threads.
class Judge {
 public:
  virtual ~Judge() = default;

  /// Is the trial to end after this epoch of a fold? The curve has the validation loss of each
  /// epoch of the fold, from the first of all up to this one; it is not asked after the last one.
  virtual Verdict ends_after_epoch(std::size_t /*fold*/, std::span<const float> /*curve*/) const {
    return std::nullopt;
  }
  /// Is the trial to end after these folds, from the first one on and not all? Scores are
  /// minimised.
  virtual Verdict ends_after_folds(std::span<const double> /*scores*/) const {
    return std::nullopt;
  }
};

/// Which trials are stopped before they have all their epochs and folds: a pure function of its
/// options and a prefix, as a strategy is. With which trials a trial is compared is settled when it
/// is asked for; that makes the same table for any number of threads.
///
/// Curves are compared fold by fold: all trials share rows, initial draws and the order of batches,
/// so differences on one fold are those of the configurations.
class Pruner {
 public:
  virtual ~Pruner() = default;

  /// The judge of trial prefix.size() - 1; null if nothing can end it. Thread-safe.
  virtual std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds& folds) const = 0;
  /// Does it look at the epochs of a fold, and so need rows to validate on?
  virtual bool watches_epochs() const { return true; }
  /// Throws InputError if it cannot work with such folds.
  virtual void check(const Folds&) const {}
};

using Pruners = base::Registry<std::unique_ptr<const Pruner>(const base::Reader&)>;
/// Every pruner by its name in [study]. The keys of `patient` are without those of the pruner that
/// it wraps.
const Pruners& pruners();
/// The names of those that `patient` can wrap.
std::vector<std::string> wrappable_pruners();

}  // namespace tune::search
