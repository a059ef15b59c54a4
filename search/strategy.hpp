#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "search/base/registry.hpp"
#include "search/base/rng.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// Not before more outcomes are known.
struct Wait {};
/// Nothing more to try.
struct Done {};
using Move = std::variant<Proposal, Wait, Done>;

class Schedule;

/// What a strategy has chosen to be, and why.
struct Chosen {
  std::string strategy, reason;
};

/// How the next trial is chosen: a pure function of the space, the options, the trials so far and
/// a random stream. There is no state to save: the trials are the state. From this follow resuming,
/// the same table for any number of threads, and workers that need no coordinator.
///
/// ask() is asked for trial prefix.size(), with a stream of its own. It answers
///  - a proposal of the space (allowed, active parameters only);
///  - Wait, if it needs the outcome of trial prefix.known() first: it is asked again once that is
///    there, with known() grown by exactly one. Waiting with nothing pending is an error;
///  - Done, which is final.
/// Asked twice with the same arguments it answers the same. Thread-safe.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual Move ask(const Prefix& prefix, base::Rng rng) const = 0;

  /// Does a proposal depend on outcomes? If not (grid, random, and those that look at outcomes only
  /// through Wait) any number of trials may be asked for ahead of the outcomes.
  virtual bool adaptive() const = 0;
  /// Is a proposal that of its trial's number alone, so that no other can come before it?
  virtual bool by_number() const { return false; }
  /// How many trials it proposes at the most; nothing: as many as it is asked for.
  virtual std::optional<std::size_t> limit() const { return std::nullopt; }
  /// The brackets in which it trains, with as many trials as limit(); null: it trains every trial
  /// for its full budget.
  virtual const Schedule* schedule() const { return nullptr; }
  /// The strategy that it only stands for; null: it is one itself.
  virtual const Chosen* chosen() const { return nullptr; }
  /// May a proposal that is still to come be the first one to continue this trial?
  virtual bool may_continue(const Prefix&, std::size_t /*trial*/) const { return false; }
};

/// What a trial costs: above 0, in any unit, a pure and thread-safe function of its configuration;
/// NaN where that is not known.
using CostOf = std::function<double(const Configuration&)>;

/// What every strategy is made from.
struct Setting {
  Space space;
  int epochs = 1;                             ///< the full budget of a trial
  std::vector<Configuration> configurations;  ///< the file of the `list` strategy
  std::optional<std::size_t> trials = {};     ///< at the most, as the user wants it
  std::size_t window = 8;                     ///< that of the study
  std::uint64_t seed = 0;                     ///< of the study, for draws that trials share
  CostOf cost = {};                           ///< may be set later, before trials are asked for
  std::vector<Configuration> enqueued = {};   ///< start points: some or all values of each
  bool earlier = false;                       ///< are there trials of earlier studies?
  std::size_t objectives = 1;                 ///< scores of a trial, each of them minimised
};

using Strategies =
    base::Registry<std::unique_ptr<const Strategy>(const Setting&, const base::Reader&)>;
/// Every strategy by its name in [study]; the setting must outlive what is made from it.
const Strategies& strategies();
/// The names of those that can have several objectives.
std::vector<std::string> strategies_of_several_objectives();

}  // namespace tune::search
