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

/// A value and its derivative by the variance.
struct LogFactor {
  double value, by_variance;
};

/// The logarithm of what augments the expected improvement where outcomes have noise of that
/// variance, 1 - deviation of the noise / deviation of an outcome (Huang et al., "Global
/// optimization of stochastic black-box systems via sequential kriging meta-models", Journal of
/// Global Optimization 34, 2006, equation 12): where the process already knows more than another
/// outcome can tell, it is small. Both variances must be above 0.
LogFactor log_augmentation(double variance, double noise);

}  // namespace tune::search
