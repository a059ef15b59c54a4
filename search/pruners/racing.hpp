#pragma once

#include <span>

namespace tune::search {

/// The chance of differences as large as these, on average, between two configurations that are
/// equally good on average: a one-sided paired t-test. The differences are those of scores on the
/// same folds, at least two. Folds that share training rows are not independent: the variance is
/// corrected by Nadeau and Bengio ("Inference for the Generalization Error", Machine Learning 52,
/// 2003), `scored_share` being rows that a fold scores for each one that it trains on. Where all
/// differences are the same, as with classes counted on few rows, it is a test of their signs.
double chance_of_worse(std::span<const double> differences, double scored_share);

}  // namespace tune::search
