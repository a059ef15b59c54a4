#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "search/base/identity.hpp"
#include "search/space.hpp"

namespace tune::search {

/// Where a trial stands in a schedule of brackets, counted from 0.
struct Stage {
  std::size_t bracket = 0, rung = 0;

  bool operator==(const Stage&) const = default;
};

/// What a strategy wants tried: a configuration, trained up to `epochs` in all, from the start or
/// as the continuation of the trial `parent`.
struct Proposal {
  Configuration configuration;
  int epochs = 0;
  std::optional<std::size_t> parent;
  std::optional<Stage> stage = {};  ///< for reports; Trials do not keep it
  std::string origin = {};  ///< the same: how it came about, "a child of trial 12 and trial 31";
                            ///< empty: the strategy's name says all
};

/// What came out. Scores are minimised: the metric's sign is applied once, before they get here.
struct Scored {
  double score;
  std::vector<double> further = {};  ///< of the objectives after the first one
};
struct Pruned {
  double score;
  int epochs;  ///< trained until it was stopped
};
struct Failed {
  std::string reason;
};
using Outcome = std::variant<Scored, Pruned, Failed>;

/// The score of a trial that had all its `epochs`; nothing if it failed, was stopped before or has
/// no score.
std::optional<double> full_score(const Outcome& outcome, int epochs);

/// How a trial went on one fold, for those who judge others by it.
struct Course {
  double score;              ///< minimised
  std::vector<float> curve;  ///< the validation loss, an entry an epoch, from the first of all
};

/// All that has been asked and what came out, in the order of asking, kept as columns of numbers
/// (a million trials of seven parameters take about 100 MB). Not thread-safe.
class Trials {
 public:
  /// The space must outlive the trials.
  explicit Trials(const Space& space) : space_(&space) {}

  /// Records a proposal, whose configuration must be of the space, and returns its number.
  /// Throws std::logic_error if the parent is not an earlier trial.
  std::size_t add(const Proposal& proposal);
  /// Records an outcome, and how the trial went on each fold. Throws std::logic_error if the trial
  /// does not exist or has one.
  void finish(std::size_t trial, Outcome outcome, std::vector<Course> courses = {});

  /// Trials so far are those of earlier studies, for strategies to learn from.
  void begin_study() { earlier_ = size(); }
  /// Trials of earlier studies, which come first.
  std::size_t earlier() const { return earlier_; }

  const Space& space() const { return *space_; }
  std::uint64_t identity() const { return identity_.number(); }
  std::size_t size() const { return epochs_.size(); }
  Proposal proposal(std::size_t trial) const;
  /// The exact values, one column a parameter; NaN: not active. Valid until the next add().
  std::span<const double> row(std::size_t trial) const {
    return std::span(rows_).subspan(trial * space_->dimensions(), space_->dimensions());
  }
  int epochs(std::size_t trial) const { return epochs_[trial]; }
  std::optional<std::size_t> parent(std::size_t trial) const {
    return parents_[trial] == trial ? std::nullopt : std::optional<std::size_t>(parents_[trial]);
  }
  bool finished(std::size_t trial) const { return state_[trial] != State::pending; }
  std::optional<Outcome> outcome(std::size_t trial) const;
  /// One a fold, in fold order; none if they were not given, or not kept.
  std::span<const Course> courses(std::size_t trial) const;
  /// The courses of so many trials are kept, the first ones: a curve takes four bytes an epoch.
  static constexpr std::size_t kCourses = 10'000;
  /// The first trial that asked for this row, if any.
  std::optional<std::size_t> first(std::span<const double> row) const;

 private:
  enum class State : std::uint8_t { pending, scored, detailed };

  struct Slot {
    std::uint32_t trial, hash;
  };

  std::size_t slot_of(std::span<const double> row, std::uint32_t hash) const;
  void grow_slots();

  const Space* space_;
  base::Identity identity_;
  std::size_t earlier_ = 0;
  std::vector<double> rows_;
  std::vector<int> epochs_;
  std::vector<std::uint32_t> parents_;  ///< the trial itself: starts anew
  std::vector<State> state_;
  std::vector<double> scores_;
  /// Of pruned and failed trials, and of those with several scores.
  std::unordered_map<std::size_t, Outcome> details_;
  std::unordered_map<std::size_t, std::vector<Course>> courses_;
  /// Open addressing: the first trial of each row at the row's hash, or the next free slot.
  std::vector<Slot> slots_;
  std::size_t distinct_ = 0;  ///< slots in use
};

/// What a strategy may see when it is asked for trial `size()`: the outcomes of the trials below
/// `known()` and the bare proposals of the rest. A cheap, read-only view of the trials.
class Prefix {
 public:
  /// Throws std::logic_error unless known <= size <= trials.size() and all trials below `known` are
  /// finished (of which the last is looked at).
  Prefix(const Trials& trials, std::size_t known, std::size_t size);

  std::size_t size() const { return size_; }
  std::size_t known() const { return known_; }
  /// The first trials, which are of earlier studies and all known.
  std::size_t earlier() const { return trials_->earlier(); }
  /// Prefixes of one identity agree in all that both of them show: trials are only added to, and
  /// outcomes do not change. What was derived from a prefix may be kept for the next one.
  std::uint64_t identity() const { return trials_->identity(); }
  const Space& space() const { return trials_->space(); }
  Proposal proposal(std::size_t trial) const { return trials_->proposal(trial); }
  std::span<const double> row(std::size_t trial) const { return trials_->row(trial); }
  int epochs(std::size_t trial) const { return trials_->epochs(trial); }
  std::optional<std::size_t> parent(std::size_t trial) const { return trials_->parent(trial); }
  /// The outcome of a trial below known(); throws std::logic_error above.
  Outcome outcome(std::size_t trial) const;
  /// The same for how it went on each fold.
  std::span<const Course> courses(std::size_t trial) const;
  /// Has one of the trials below size() asked for this row?
  bool contains(std::span<const double> row) const;
  /// The first of them that did, if any.
  std::optional<std::size_t> first(std::span<const double> row) const;

 private:
  const Trials* trials_;
  std::size_t known_, size_;
};

}  // namespace tune::search
