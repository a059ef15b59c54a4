#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tuner/data/dataset.hpp"

namespace tune::tuner {

using Rows = std::vector<std::uint32_t>;

/// One fold of the cross-validation, as row numbers of the data set.
struct Fold {
  Rows train;       ///< the model is fitted on these
  Rows validation;  ///< decides early stopping; empty: none
  Rows score;       ///< scored once, at the end
};

/// How the rows of a study are used; the same for all trials.
struct Partition {
  Rows train;    ///< all rows that the folds share out: the winner is refitted on these
  Rows holdout;  ///< the fixed validation split; empty: none
  Rows test;     ///< scored once, by the winner; empty: none
  std::vector<Fold> folds;
};

/// Keys of [cv]: folds, kind, shuffle, repeats.
std::span<const base::Key> cv_keys();

/// Shares out the rows as [data] test and holdout (fractions, or the data's own parts), [cv] and
/// `validation` of [training] (a fraction of each training fold; "holdout"; "fold"; "none") say.
/// Held-out rows and folds of a classification are stratified by class unless `kind` says
/// otherwise; k-fold without shuffle and the order of rows within a set are those of
/// scikit-learn's KFold: ascending. `folds = 1` with a holdout scores on the holdout.
/// Throws InputError: fewer rows (of a class, groups) than folds, a part that is empty.
Partition make_partition(const Dataset& data, const base::Reader& data_options,
                         const base::Reader& cv_options, const base::Value& validation,
                         base::Rng rng);

}  // namespace tune::tuner
