#pragma once

#include <ostream>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// results.csv: one line a trial, in columns named as in scikit-learn's cv_results_. Scores have
/// the sign of their metric (a mean squared error is positive); rank 1 is the best, with several
/// objectives the Pareto front. Cells without
/// a value are empty: the means of a failed trial, parameters that are not active. What depends on
/// the clock stands in columns with `time` in their name, the last ones.
///
/// trial, state, rank_test_score, mean_test_score, std_test_score, split0_test_score ...,
/// mean_train_score, std_train_score, split0_train_score ...; the same for each further metric with
/// its name in place of `score`, but for the rank; epochs (mean over the splits), param_* in the
/// order of the space, failure, mean_fit_time, std_fit_time, mean_score_time, std_score_time
/// (seconds). Standard deviations are those of the population.
///
/// In brackets, state is followed by bracket, iter (the rung) and n_resources (the budget: epochs
/// in all), as in scikit-learn's halving searches, and parent, the trial that was continued; epochs
/// are those that were added to it.
void write_results_csv(std::ostream& out, const StudySummary& study);

}  // namespace tune::tuner
