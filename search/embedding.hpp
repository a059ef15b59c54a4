#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "search/space.hpp"

namespace tune::search {

/// Configurations as vectors whose distances mean something: what a Gaussian process sees.
///
/// A number or ordinal is one feature, its place in the unit; in a discrete domain the middle of
/// its cell. A choice has a feature a value, of which one is sqrt(1/2) and the others 0, so that
/// any two values are at distance 1 (the Hamming distance). An inactive number counts as 0.5, an
/// inactive choice as a value of its own. Parameters of a single value have none. Immutable,
/// thread-safe.
class Embedding {
 public:
  /// The space must outlive it.
  explicit Embedding(const Space& space);

  Eigen::Index size() const { return std::ssize(groups_); }
  /// The parameter of each feature, counting only those that have any.
  const std::vector<Eigen::Index>& groups() const { return groups_; }

  Eigen::RowVectorXd embed(std::span<const double> row) const;
  /// The feature of a continuous parameter, whose value is its place in the unit.
  std::optional<Eigen::Index> continuous(std::size_t parameter) const {
    return continuous_[parameter];
  }

 private:
  struct Place {
    std::size_t parameter;
    bool choice;
    Eigen::Index first;  ///< feature
  };

  const Space* space_;
  std::vector<Place> places_;
  std::vector<Eigen::Index> groups_;
  std::vector<std::optional<Eigen::Index>> continuous_;
};

}  // namespace tune::search
