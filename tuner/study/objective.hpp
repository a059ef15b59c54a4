#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "search/pruner.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// What is to be evaluated.
struct Trial {
  std::size_t number = 0;
  search::Proposal proposal;
  int from = 0;  ///< epochs that its parent was trained up to; 0: it has none
  std::shared_ptr<const search::Judge> judge = {};  ///< whether it goes on; null: always
  /// For the judge, of each fold the monitored figure of the epochs before; none without a parent.
  std::vector<std::vector<float>> curves = {};
};

/// What a study makes small: one trial on one fold at a time.
class Objective {
 public:
  virtual ~Objective() = default;

  /// Folds of a trial, repeats included.
  virtual std::size_t folds() const = 0;
  /// A pure function of its arguments (the clock's figures excepted), called from many threads.
  /// `cancelled` is asked often; once it is true the call returns soon with `cancelled` set.
  /// Throws InputError where the configuration itself is wrong; what a fit runs into (NaN, no
  /// memory) comes back as `failure`. Of a trial with a parent it returns what came after `from`,
  /// whether or not it had to go the way there again. Asks the trial's judge after each of these
  /// epochs but the last, and ends where it says so, with `pruned` set.
  virtual FoldResult evaluate(const Trial& trial, std::size_t fold,
                              const std::function<bool()>& cancelled) const = 0;
  /// How long a fold of a trial takes beside those of others, without the clock: what costs most is
  /// begun first. Does not throw.
  virtual double cost(const Trial&) const { return 0; }
  /// What it has kept of a trial, to continue it, is not needed any more.
  virtual void forget(std::size_t /*trial*/) const {}
};

}  // namespace tune::tuner
