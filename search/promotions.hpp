#pragma once

#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "search/brackets.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// Who goes on to the next rung. A trial is promoted as soon as it is certain to be among the best
/// of its rung, whatever the others come to: exactly those go on that would if everybody waited for
/// the whole rung. Equal scores rank by trial number. Who failed, has no score or was stopped below
/// its rung's epochs has arrived, but is not promoted; where too few are left, rungs are shorter.
///
/// It reads the trials and outcomes of a prefix one by one, each once, and depends on nothing else;
/// the trials must be those of a schedule, in brackets whose starts follow each other.
class Promotions {
 public:
  /// The schedule must outlive it.
  explicit Promotions(const Schedule& schedule) : schedule_(&schedule) {}

  /// Does the prefix show what has been read, and perhaps more?
  bool precedes(const Prefix& prefix) const;
  /// Reads what the prefix shows beyond that.
  void read(const Prefix& prefix);

  /// The next trial to promote: those that became certain first go first, those that did so with
  /// the same outcome from the lower rung, the better one first.
  std::optional<std::size_t> next() const;
  /// May it be promoted later?
  bool may_promote(std::size_t trial) const;
  Stage stage(std::size_t trial) const;
  /// Started so far, and those of them whose outcome is not known.
  std::size_t starts() const { return starts_; }
  std::size_t unknown_starts() const { return starts_ - known_starts_; }
  /// Has every trial of the schedule been asked for?
  bool complete() const;

 private:
  enum class Fate : std::uint8_t {
    open,      ///< nobody knows
    promoted,  ///< certain, but not asked for
    out        ///< failed, or asked for
  };

  struct Place {
    std::uint32_t bracket;
    std::uint16_t rung;
    Fate fate = Fate::open;
  };

  struct RungState {
    std::size_t wanted;        ///< as the schedule has it
    std::size_t places;        ///< trials that it can still come to have
    std::size_t arrived = 0;   ///< with a known outcome
    std::size_t out = 0;       ///< of these, those that cannot be promoted
    std::size_t promoted = 0;  ///< of these
    /// The rest of these as (score, trial), a heap with the best on top.
    std::vector<std::pair<double, std::size_t>> waiting = {};
  };
  using BracketState = std::vector<RungState>;

  void enter(const Prefix& prefix, std::size_t trial);
  void arrive(const Prefix& prefix, std::size_t trial);
  void settle(BracketState& bracket);
  BracketState& state(std::size_t bracket) { return open_[bracket - closed_]; }

  const Schedule* schedule_;
  std::optional<std::uint64_t> identity_;
  std::vector<Place> places_;  ///< of each trial read
  std::size_t known_ = 0;      ///< outcomes read
  std::size_t starts_ = 0, known_starts_ = 0, promotions_ = 0;
  std::size_t lost_ = 0;    ///< trials of the schedule that failures have left without anybody
  std::size_t closed_ = 0;  ///< the first brackets, in which everybody has arrived
  std::deque<BracketState> open_;       ///< those that have begun after them
  std::vector<std::uint32_t> certain_;  ///< trials to promote, the first promotions_ of them asked
};

}  // namespace tune::search
