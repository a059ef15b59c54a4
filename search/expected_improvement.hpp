#pragma once

namespace tune::search {

/// A value and its derivatives by the mean and the standard deviation.
struct LogImprovement {
  double value, by_mean, by_deviation;
};

/// The logarithm of the expected improvement of a normal variable below `best`, accurate to where
/// the expectation itself would underflow: Ament et al., "Unexpected improvements to expected
/// improvement for Bayesian optimization" (NeurIPS 2023, arXiv 2310.20708). The deviation must be
/// above 0.
LogImprovement log_expected_improvement(double mean, double deviation, double best);

}  // namespace tune::search
