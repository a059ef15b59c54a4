#pragma once

#include <cstddef>
#include <span>

namespace tune::search {

/// The chance of differences as large as these, on average, between two configurations that are
/// equally good on average: a one-sided paired t-test. The differences are those of scores on the
/// same folds, at least two. Folds that share training rows are not independent: the variance is
/// corrected by Nadeau and Bengio ("Inference for the Generalization Error", Machine Learning 52,
/// 2003), `scored_share` being rows that a fold scores for each one that it trains on. Where all
/// differences are the same, as with classes counted on few rows, it is a test of their signs.
///
/// `lead`: what the differences are expected to be by chance alone, in their standard deviations;
/// the test is that of the noncentral t-distribution then.
double chance_of_worse(std::span<const double> differences, double scored_share, double lead = 0);

/// The lead that the best one of equally good trials owes to having been chosen: by how much its
/// score is below that of another one, in standard deviations of the difference on a fold. The
/// smallest of m normal variables is expected at their quantile (m - 3/8) / (m + 1/4) from the top
/// (Blom, "Statistical Estimates and Transformed Beta-Variables", 1958).
double lead_of_best(std::size_t trials, std::size_t folds, double scored_share);

}  // namespace tune::search
