#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "search/trials.hpp"

namespace tune::search {

/// The values of many trials at one epoch of a fold, sorted; NaN is left out.
using SortedValues = std::vector<float>;

/// numpy.percentile of sorted values, at least one, by its default method `linear`.
double percentile_of(const SortedValues& values, double percentile);

/// What the curves of earlier trials are at each epoch of each fold: of those trials that had all
/// their epochs. Where a fit ended by itself before, its last value stands for the epochs after, as
/// many as it could have had: where `epochs` is searched, its own.
/// A trial that continues another one counts where that one ended.
class Reference {
 public:
  void read(const Prefix& prefix, std::size_t trial);

  /// Trials that count.
  std::size_t trials() const { return trials_; }
  std::size_t folds() const { return folds_.size(); }
  /// Epochs of the longest curve of a fold.
  std::size_t steps(std::size_t fold) const { return folds_[fold].steps.size(); }
  /// Epochs count from 0; behind the longest curve only fits that ended by themselves are left, of
  /// those without epochs of their own.
  const SortedValues& at(std::size_t fold, std::size_t step) const {
    const Fold& of = folds_[fold];
    return step < of.steps.size() ? of.steps[step] : of.ended;
  }

 private:
  struct Fold {
    std::vector<SortedValues> steps;
    SortedValues ended;  ///< the last values of fits that ended by themselves
    /// Those of fits with epochs of their own, and these.
    std::vector<std::pair<std::size_t, float>> ended_for;

    void extend(std::size_t size);
  };

  std::vector<Fold> folds_;
  std::size_t trials_ = 0;
};

}  // namespace tune::search
