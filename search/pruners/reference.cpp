#include "search/pruners/reference.hpp"

#include <algorithm>
#include <cmath>

namespace tune::search {
namespace {

void insert(SortedValues& values, float value) {
  if (std::isnan(value)) return;
  values.insert(std::ranges::upper_bound(values, value), value);
}

}  // namespace

double percentile_of(const SortedValues& values, double percentile) {
  const double place = static_cast<double>(values.size() - 1) * (percentile / 100);
  const auto below = static_cast<std::size_t>(place);
  const double share = place - std::floor(place);
  const double low = values[below], high = values[std::min(below + 1, values.size() - 1)];
  // From the nearer end, as numpy does: both ends come out exactly.
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}

void Reference::read(const Prefix& prefix, std::size_t trial) {
  const int epochs = prefix.epochs(trial);
  const std::span<const Course> courses = prefix.courses(trial);
  if (courses.empty() || !full_score(prefix.outcome(trial), epochs)) return;
  const auto parent = prefix.parent(trial);
  const auto from = parent ? static_cast<std::size_t>(prefix.epochs(*parent)) : 0;
  folds_.resize(std::max(folds_.size(), courses.size()));
  ++trials_;
  for (std::size_t fold = 0; fold < courses.size(); ++fold) {
    const std::vector<float>& curve = courses[fold].curve;
    if (curve.size() <= from) continue;
    auto& [steps, ended] = folds_[fold];
    while (steps.size() < curve.size()) steps.push_back(ended);
    for (std::size_t step = from; step < curve.size(); ++step) insert(steps[step], curve[step]);
    if (curve.size() >= static_cast<std::size_t>(epochs)) continue;
    for (std::size_t step = curve.size(); step < steps.size(); ++step) {
      insert(steps[step], curve.back());
    }
    insert(ended, curve.back());
  }
}

}  // namespace tune::search
