#pragma once

#include <ostream>
#include <string>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// results.json: the study as one object, one line a key and one a trial. Keys are in a fixed
/// order, doubles read back exactly, what is not finite or not there is null. Keys with `time` in
/// their name hold seconds.
///
/// study, strategy, chosen {strategy, reason} (by auto), seed, splits, interrupted, metrics [{name,
/// goal: minimize | maximize}], objectives (how many of these rank), parameters [{name, domain,
/// when}], best_trial, refit {trial, epochs, train_rows, test_rows, test_scores {METRIC},
/// fit_time}, trials [{trial, state, rank, configuration, scores {METRIC: {mean_test, std_test,
/// standard_error, split_test, mean_train, split_train}}, epochs, best_epochs, failure, fit_time,
/// score_time}], where split_*, epochs, best_epochs and times are lists with one entry a split.
/// Trials in brackets have bracket, rung, budget (epochs in all) and parent after their rank; their
/// epochs are those that were added to the parent's, their best_epochs count from the first of all.
/// With several objectives the rank is that of the Pareto front, and the trials of the first one
/// stand in pareto_front. With a reader each trial has a `history`: a list a fold, an object an
/// epoch.
void write_results_json(std::ostream& out, const StudySummary& study,
                        const HistoryReader& read = {});

/// Its keys from `study` to `parameters`, as one object: what the study is, without its trials.
std::string study_head(const StudySummary& study);

}  // namespace tune::tuner
