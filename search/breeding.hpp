#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "search/base/rng.hpp"
#include "search/space.hpp"

namespace tune::search {

/// How a child comes to differ from its first parent: probabilities of each value.
struct Rates {
  double crossover, mutation;
};

/// Simulated binary crossover (Deb and Agrawal, Complex Systems 9, 1995) of two places in [0, 1],
/// with the bounds of Deb's NSGA-II: the lower child and the upper one. The larger eta, the closer
/// they are to the parents. `number` is uniform in [0, 1).
std::pair<double, double> simulated_binary(double one, double other, double eta, double number);
/// Polynomial mutation (Deb and Goyal 1996, same bounds) of a place in [0, 1].
double polynomial(double place, double eta, double number);

/// A child of two rows. Nine of ten are crossed: values of a choice, and those that only one of the
/// two has, are the other parent's; numbers and ordinals are crossed on the scale on which they are
/// drawn. A mutated value is never what it was. Parameters that become active are drawn. Nothing if
/// the child is forbidden.
std::optional<std::vector<double>> child_of(const Space& space, std::span<const double> one,
                                            std::span<const double> other, const Rates& rates,
                                            base::Rng& rng);

}  // namespace tune::search
