#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "search/axis.hpp"
#include "search/base/rng.hpp"

namespace tune::search {

/// The kernel density estimator of BOHB (Falkner et al., "BOHB: Robust and Efficient Hyperparameter
/// Optimization at Scale", ICML 2018): the mean over the observations of products of one kernel an
/// axis. Along lines and lattices kernels are normal; on a category they are those of Aitchison and
/// Aitken, 1 - h at the observation's own value and h / (c - 1) at each of the others, c values.
/// All kernels of an axis have one bandwidth, that of the normal reference: 1.06 s n^(-1 / (4 +
/// d)), n observations with the standard deviation s (of categories, that of their indices), d
/// axes.
///
/// It is KDEMultivariate of statsmodels, but that c counts the values that there are, not those
/// that were observed, and that h is not above (c - 1) / c, where all values are alike.
class Kde {
 public:
  /// One observation a column, with a place along each of the axes, which must outlive it; at least
  /// one. No bandwidth is below min_bandwidth.
  Kde(std::span<const Axis> axes, Eigen::ArrayXXd observations, double min_bandwidth);

  double bandwidth(std::size_t axis) const { return bandwidths_[axis]; }
  /// The logarithm of the density at points, one a column.
  Eigen::ArrayXd log_density(const Eigen::ArrayXXd& points) const;
  /// Draws a point near one of the observations: along lines and lattices from its kernel, widened
  /// by `factor` and cut to [0, 1); any category with probability h, else the observation's own.
  void draw(double factor, base::Rng& rng, std::span<double> point) const;

 private:
  std::span<const Axis> axes_;
  Eigen::ArrayXXd observations_;  ///< one a row
  std::vector<double> bandwidths_;
};

/// Fills in what observations, one a column, lack (NaN): what is missing from the first such axis
/// on is taken from one of those that have that axis, drawn at random, and so on; where none has it
/// the place is drawn from the whole axis. As HpBandSter does for conditional parameters.
Eigen::ArrayXXd impute(std::span<const Axis> axes, const Eigen::ArrayXXd& observations,
                       base::Rng& rng);

}  // namespace tune::search
