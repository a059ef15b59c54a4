#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "search/space.hpp"

namespace tune::search {

/// One parameter as density estimators see it: a place in [0, 1] where the domain is even, or a
/// category. Integers, steps and ordinals are places in the middle of their cells; a normal domain
/// is linear in its values, with a prior of its own standard deviation.
class Axis {
 public:
  enum class Kind { line, lattice, category };

  /// The domain must outlive the axis.
  explicit Axis(const Domain& domain);

  Kind kind() const { return kind_; }
  /// Values of a lattice, categories; 0 for a line.
  std::size_t size() const { return size_; }
  /// Standard deviation of the prior around 0.5.
  double prior_deviation() const { return prior_deviation_; }

  /// The place of a column (the index of a category), and the column at a place.
  double place(double column) const;
  double column(double place) const;
  /// The place of the value that a place of a line or lattice belongs to.
  double snap(double place) const;
  /// The width of the cell around the place of a value; 0 on a line.
  double cell(double place) const;

 private:
  const Domain* domain_;
  Kind kind_;
  std::size_t size_ = 0;
  double prior_deviation_ = 1;
};

/// The parameters with more than one value, each after those that its condition needs.
std::vector<std::size_t> varying(const Space& space);
/// The axes of such parameters, of a space that outlives them.
std::vector<Axis> axes_of(const Space& space, std::span<const std::size_t> parameters);
/// The places of a row along these axes, NaN where a parameter is not active.
std::vector<double> places_of(std::span<const double> row, std::span<const std::size_t> parameters,
                              std::span<const Axis> axes);

}  // namespace tune::search
