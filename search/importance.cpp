#include "search/importance.hpp"

#include <algorithm>
#include <cmath>

#include "search/forest.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kTrees = 64;
constexpr std::size_t kMostDraws = 1024;  ///< of a tree

}  // namespace

Importance importance(const Space& space, const std::vector<Observation>& observations,
                      base::Rng rng) {
  const std::size_t dimensions = space.dimensions(), count = observations.size();
  std::vector<double> points(dimensions * count), values;
  std::vector<std::size_t> inactive;  // coordinates
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<double>& row = observations[i].row;
    space.encode_row(row, std::span(points).subspan(i * dimensions, dimensions));
    for (std::size_t d = 0; d < dimensions; ++d) {
      if (std::isnan(row[d])) inactive.push_back(i * dimensions + d);
    }
    values.push_back(observations[i].score);
  }
  const Samples samples{dimensions, points, values};
  Importance shares{std::vector<double>(dimensions), 0};
  double varied = 0;  // trees that do not say the same everywhere
  for (std::size_t t = 0; t < kTrees && count > 0; ++t) {
    base::Rng tree_rng = rng.split(t);
    std::vector<std::uint32_t> drawn(std::min(count, kMostDraws));
    for (std::uint32_t& number : drawn) number = tree_rng.below(static_cast<std::uint32_t>(count));
    for (const std::size_t coordinate : inactive) points[coordinate] = tree_rng.uniform();
    const Tree::Variance variance = Tree(samples, std::move(drawn), tree_rng.split(0)).variance();
    if (!(variance.total > 0)) continue;
    ++varied;
    for (std::size_t d = 0; d < dimensions; ++d) {
      shares.main[d] += variance.main[d] / variance.total;
    }
  }
  if (varied == 0) return shares;
  shares.rest = 1;
  for (double& share : shares.main) {
    share /= varied;
    shares.rest -= share;
  }
  shares.rest = std::max(0.0, shares.rest);
  return shares;
}

}  // namespace tune::search
