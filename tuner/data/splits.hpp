#pragma once

#include <utility>

#include "search/base/rng.hpp"
#include "tuner/data/folds.hpp"

namespace tune::tuner {

/// How rows are shared out.
enum class SplitKind { kfold, stratified, group, timeseries, column };

/// What the splits look at: the data and, by row of the data, a class where they are stratified.
struct SplitBy {
  SplitKind kind = SplitKind::kfold;
  const Dataset& data;
};

/// Takes about `fraction` of the rows away: {the rest, what was taken}, both ascending. As many as
/// scikit-learn's train_test_split takes, the fraction rounded up. `stratified` takes the same
/// fraction of each class (largest remainders), `group` whole groups until there are enough,
/// `timeseries` the last rows, all others any. `key` names the fraction in errors.
std::pair<Rows, Rows> hold_out(const SplitBy& by, const Rows& rows, double fraction,
                               const char* key, base::Rng rng);

/// The scored rows of each of `count` folds, each ascending. Without shuffle the folds are those of
/// scikit-learn's KFold, StratifiedKFold, GroupKFold, TimeSeriesSplit and PredefinedSplit; with it
/// rows (groups, for `group`) are put into a random order before, for kfold, stratified and group.
std::vector<Rows> score_rows(const SplitBy& by, const Rows& rows, std::size_t count, bool shuffle,
                             base::Rng rng);

/// What of `rows` a fold with these scored rows is trained on: for timeseries all before them, else
/// all others.
Rows train_rows(const SplitBy& by, const Rows& rows, const Rows& scored);

}  // namespace tune::tuner
