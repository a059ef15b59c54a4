#include "search/pareto.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tune::search {
namespace {

using Indices = std::vector<std::size_t>;

/// Is a point dominated by one of this front? The members come before it in lexicographic order.
bool is_behind(Points points, const Indices& front, std::size_t point) {
  // Of two objectives the second one falls along a front: its last member dominates if any does.
  const std::size_t last = points[point].size() == 2 ? 1 : front.size();
  return std::any_of(front.rbegin(), front.rbegin() + static_cast<std::ptrdiff_t>(last),
                     [&](std::size_t member) { return dominates(points[member], points[point]); });
}

void add_distances(Points points, Indices& front, std::size_t objective,
                   std::vector<double>& distances) {
  const auto score = [&](std::size_t point) { return points[point][objective]; };
  std::ranges::stable_sort(front, {}, score);
  const double range = score(front.back()) - score(front.front());
  distances[front.front()] = distances[front.back()] = std::numeric_limits<double>::infinity();
  if (!(range > 0) || std::isinf(range)) return;
  for (std::size_t i = 1; i + 1 < front.size(); ++i) {
    distances[front[i]] += (score(front[i + 1]) - score(front[i - 1])) / range;
  }
}

}  // namespace

bool dominates(std::span<const double> one, std::span<const double> other) {
  bool better = false;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i] > other[i]) return false;
    better |= one[i] < other[i];
  }
  return better;
}

std::vector<std::size_t> fronts_of(Points points) {
  Indices order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::ranges::lexicographical_compare(points[a], points[b]);
  });
  std::vector<Indices> fronts;
  std::vector<std::size_t> front_of(points.size());
  for (const std::size_t point : order) {
    // What one front dominates, all fronts before it do.
    const auto own = std::ranges::partition_point(
        fronts, [&](const Indices& front) { return is_behind(points, front, point); });
    front_of[point] = static_cast<std::size_t>(own - fronts.begin());
    if (own == fronts.end()) fronts.emplace_back();
    fronts[front_of[point]].push_back(point);
  }
  return front_of;
}

std::vector<double> crowding_distances(Points points, std::span<const std::size_t> fronts) {
  std::vector<Indices> members;
  for (std::size_t point = 0; point < fronts.size(); ++point) {
    if (fronts[point] >= members.size()) members.resize(fronts[point] + 1);
    members[fronts[point]].push_back(point);
  }
  std::vector<double> distances(points.size());
  for (Indices& front : members) {
    if (front.empty()) continue;
    const std::size_t objectives = points[front.front()].size();
    for (std::size_t objective = 0; objective < objectives; ++objective) {
      std::ranges::sort(front);  // by number, so that ties do not depend on the objective before
      add_distances(points, front, objective, distances);
    }
  }
  return distances;
}

}  // namespace tune::search
