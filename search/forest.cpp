#include "search/forest.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tune::search {
namespace {

double square(double number) {
  return number * number;
}

}  // namespace

/// The part of the cube in which a tree says one number.
struct Tree::Leaf {
  std::vector<double> low, high;
  double value, volume;
};

/// The best cut of some samples.
struct Tree::Split {
  int dimension = -1;
  double threshold = 0;
  double gain = 0;  ///< of squared error
};

Tree::Tree(const Samples& samples, std::vector<std::uint32_t> numbers, base::Rng rng)
    : dimensions_(samples.dimensions) {
  grow(samples, numbers, rng);
}

std::size_t Tree::grow(const Samples& samples, std::span<std::uint32_t> numbers, base::Rng& rng) {
  const auto value = [&](std::uint32_t i) { return samples.values[i]; };
  const auto count = static_cast<double>(numbers.size());
  double sum = 0;
  for (const std::uint32_t i : numbers) sum += value(i);
  const std::size_t index = nodes_.size();
  nodes_.push_back({.value = sum / count});
  const auto [least, most] = std::ranges::minmax(numbers, {}, value);
  if (value(least) == value(most)) return index;

  std::vector<std::uint32_t> order(dimensions_);
  std::iota(order.begin(), order.end(), 0u);
  rng.shuffle(order);
  Split best;
  std::vector<std::uint32_t> sorted(numbers.begin(), numbers.end());
  for (const std::uint32_t d : order) {
    const auto place = [&](std::uint32_t i) { return samples.at(i, d); };
    std::ranges::sort(sorted, {}, [&](std::uint32_t i) { return std::pair(place(i), i); });
    double left = 0;
    for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
      left += value(sorted[i]);
      const double from = place(sorted[i]), to = place(sorted[i + 1]);
      if (from == to) continue;
      const auto n = static_cast<double>(i + 1);
      const double gain = square(left) / n + square(sum - left) / (count - n) - square(sum) / count;
      // Of neighbours in double the middle is one of them; `from` always stays left.
      const double middle = std::midpoint(from, to);
      if (gain > best.gain) best = {static_cast<int>(d), middle < to ? middle : from, gain};
    }
  }
  if (best.dimension < 0) return index;  // equal points with unequal values

  const auto dimension = static_cast<std::size_t>(best.dimension);
  const auto rest = std::ranges::partition(
      numbers, [&](std::uint32_t i) { return samples.at(i, dimension) <= best.threshold; });
  const std::size_t middle = numbers.size() - rest.size();
  const std::size_t left = grow(samples, numbers.first(middle), rng);
  const std::size_t right = grow(samples, numbers.subspan(middle), rng);
  nodes_[index] = {best.dimension, best.threshold, 0, left, right};
  return index;
}

double Tree::predict(std::span<const double> point) const {
  std::size_t at = 0;
  while (nodes_[at].dimension >= 0) {
    const Node& node = nodes_[at];
    const bool is_left = point[static_cast<std::size_t>(node.dimension)] <= node.threshold;
    at = is_left ? node.left : node.right;
  }
  return nodes_[at].value;
}

std::vector<Tree::Leaf> Tree::leaves() const {
  std::vector<Leaf> leaves;
  std::vector<std::pair<std::size_t, Leaf>> pending;
  pending.push_back({0, {std::vector(dimensions_, 0.0), std::vector(dimensions_, 1.0), 0, 1}});
  while (!pending.empty()) {
    auto [at, box] = std::move(pending.back());
    pending.pop_back();
    const Node& node = nodes_[at];
    if (node.dimension < 0) {
      box.value = node.value;
      for (std::size_t d = 0; d < dimensions_; ++d) box.volume *= box.high[d] - box.low[d];
      leaves.push_back(std::move(box));
      continue;
    }
    const auto dimension = static_cast<std::size_t>(node.dimension);
    Leaf left = box;
    left.high[dimension] = box.low[dimension] = node.threshold;
    pending.emplace_back(node.right, std::move(box));
    pending.emplace_back(node.left, std::move(left));
  }
  return leaves;
}

Tree::Variance Tree::variance() const {
  const std::vector<Leaf> leaves = this->leaves();
  double mean = 0;
  for (const Leaf& leaf : leaves) mean += leaf.volume * leaf.value;
  Variance variance;
  for (const Leaf& leaf : leaves) variance.total += leaf.volume * square(leaf.value - mean);
  for (std::size_t d = 0; d < dimensions_; ++d) {
    // Along the dimension each leaf adds to the average from its low end to its high one.
    std::vector<std::pair<double, double>> steps;
    for (const Leaf& leaf : leaves) {
      const double share = leaf.volume / (leaf.high[d] - leaf.low[d]) * (leaf.value - mean);
      steps.emplace_back(leaf.low[d], share);
      steps.emplace_back(leaf.high[d], -share);
    }
    std::ranges::sort(steps);
    double average = 0, sum = 0;
    for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
      average += steps[i].second;
      sum += (steps[i + 1].first - steps[i].first) * square(average);
    }
    variance.main.push_back(sum);
  }
  return variance;
}

}  // namespace tune::search
