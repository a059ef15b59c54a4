#pragma once

#include <functional>

#include "tuner/study/record.hpp"

namespace tune::tuner {

/// What a study makes small: one trial on one fold at a time.
class Objective {
 public:
  virtual ~Objective() = default;

  /// Folds of a trial, repeats included.
  virtual std::size_t folds() const = 0;
  /// A pure function of its arguments (the clock's figures excepted), called from many threads.
  /// `cancelled` is asked often; once it is true the call returns soon with `cancelled` set.
  /// Throws InputError where the configuration itself is wrong; what a fit runs into (NaN, no
  /// memory) comes back as `failure`.
  virtual FoldResult evaluate(const search::Proposal& proposal, std::size_t fold,
                              const std::function<bool()>& cancelled) const = 0;
};

}  // namespace tune::tuner
