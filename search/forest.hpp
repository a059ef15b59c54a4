#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "search/base/rng.hpp"

namespace tune::search {

/// Points of the unit cube, one after the other, and a number at each.
struct Samples {
  std::size_t dimensions = 0;
  std::span<const double> points;  ///< dimensions x samples
  std::span<const double> values;

  double at(std::size_t sample, std::size_t dimension) const {
    return points[sample * dimensions + dimension];
  }
};

/// A regression tree (CART) over the unit cube: splits where that takes away most of the squared
/// error, until the samples of a leaf agree.
class Tree {
 public:
  /// Grows on the samples with these numbers, of which some may come several times. Of equally good
  /// splits a random dimension's is taken.
  Tree(const Samples& samples, std::vector<std::uint32_t> numbers, base::Rng rng);

  double predict(std::span<const double> point) const;

  /// Variance over the uniform cube of all that the tree says, and of what is left of it when all
  /// but one dimension are averaged out (its main effect in a functional ANOVA).
  struct Variance {
    double total = 0;
    std::vector<double> main;  ///< one a dimension
  };
  Variance variance() const;

 private:
  struct Node {
    int dimension = -1;    ///< -1: a leaf
    double threshold = 0;  ///< left: at most this
    double value = 0;      ///< of a leaf
    std::size_t left = 0, right = 0;
  };
  struct Leaf;
  struct Split;

  std::size_t grow(const Samples& samples, std::span<std::uint32_t> numbers, base::Rng& rng);
  std::vector<Leaf> leaves() const;

  std::size_t dimensions_;
  std::vector<Node> nodes_;
};

}  // namespace tune::search
