#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "search/axis.hpp"
#include "search/base/rng.hpp"

namespace tune::search {

/// The kernels of one axis of a Parzen estimator, in numbered slots. Those of a line are normal
/// distributions cut to [0, 1], as wide as the larger of the gaps to the neighbours (Bergstra et
/// al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011), but not narrower than `least`.
class Kernels {
 public:
  /// A kernel's density on a line is exp(log_scale - (precision (x - centre))^2). On a category the
  /// centre is its index, and log_scale 0. Of an empty slot log_scale is kEmpty.
  ///
  /// In float: a sum over ten thousand kernels at 24 points takes a fifth of the time of double,
  /// and densities are only compared.
  struct Columns {
    Eigen::ArrayXf centre, precision, log_scale;
  };
  static constexpr float kEmpty = -1e30F;

  explicit Kernels(const Axis& axis) : axis_(&axis) {}

  std::size_t size() const { return sorted_.size(); }
  /// The slot of kernel i below size(), in the order of their places.
  std::uint32_t slot(std::size_t i) const { return sorted_[i].slot; }
  const Columns& columns() const { return columns_; }
  bool has(std::uint32_t slot) const;
  /// The standard deviation of the kernel in a slot of a line.
  double deviation(std::uint32_t slot) const;

  void insert(std::uint32_t slot, double place);
  void erase(std::uint32_t slot);
  void set_least(double least);

 private:
  struct Place {
    double at;
    std::uint32_t slot;
    auto operator<=>(const Place&) const = default;
  };

  std::size_t position(std::uint32_t slot) const;
  void refresh(std::size_t i);

  const Axis* axis_;
  double least_ = 1;
  std::vector<Place> sorted_;
  Columns columns_;
};

/// A Parzen estimator over the axes of a space: one kernel an observation, of weight 1 unless that
/// is said otherwise, and a prior over the whole range. An observation has places along the axes
/// that it was active on; densities are asked for over axes that observations have all or none of.
/// The joint density is the mixture of the products of the axes' kernels.
class Parzen {
 public:
  /// The axes must outlive the estimator. The prior counts as so many observations, above 0.
  Parzen(std::span<const Axis> axes, double prior_weight);

  /// One place an axis, NaN where the observation is not active. The slot must be empty. Slots may
  /// be any numbers, but memory is taken up to the highest.
  void insert(std::uint32_t slot, std::span<const double> places);
  /// Does nothing if the slot is empty.
  void erase(std::uint32_t slot);
  /// The least standard deviation; on a lattice it is at least half a cell, so that density times
  /// the width of a cell is about its mass.
  void set_least(double least);
  /// The weights of the observations, by slot, until others take their slots. Above 0.
  void set_weights(const Eigen::ArrayXf& weights);

  const Kernels& kernels(std::size_t axis) const { return kernels_[axis]; }
  /// Draws a place along each of the axes.
  void draw(std::span<const std::size_t> axes, base::Rng& rng, std::span<double> places) const;
  /// The logarithm of the density (of a category, the probability) at points: one a column, with a
  /// row for each of the axes.
  Eigen::ArrayXd log_density(std::span<const std::size_t> axes,
                             const Eigen::ArrayXXd& points) const;

 private:
  double total_weight(const Kernels& kernels) const;  ///< theirs and the prior's
  double log_prior(std::size_t axis, double place) const;

  std::span<const Axis> axes_;
  double prior_weight_;
  std::vector<Kernels> kernels_;
  Eigen::ArrayXf weights_, log_weights_;  ///< by slot
};

}  // namespace tune::search
