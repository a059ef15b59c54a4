#include "search/pruners/reference.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tune::search {
namespace {

void insert(SortedValues& values, float value) {
  if (std::isnan(value)) return;
  values.insert(std::ranges::upper_bound(values, value), value);
}

/// The value of a searched `epochs`; nothing: all trials could have any number.
std::optional<std::size_t> own_epochs(const Prefix& prefix, std::size_t trial) {
  const Space& space = prefix.space();
  const auto parameter = space.find("epochs");
  if (!parameter || std::isnan(prefix.row(trial)[*parameter])) return std::nullopt;
  const Domain& domain = space.parameters()[*parameter].domain;
  return static_cast<std::size_t>(
      base::to_number(from_column(domain, prefix.row(trial)[*parameter])));
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
  const auto own = own_epochs(prefix, trial);
  const auto parent = prefix.parent(trial);
  const auto from = parent ? static_cast<std::size_t>(prefix.epochs(*parent)) : 0;
  folds_.resize(std::max(folds_.size(), courses.size()));
  ++trials_;
  for (std::size_t fold = 0; fold < courses.size(); ++fold) {
    const std::vector<float>& curve = courses[fold].curve;
    if (curve.size() <= from) continue;
    Fold& of = folds_[fold];
    of.extend(curve.size());
    for (std::size_t step = from; step < curve.size(); ++step) insert(of.steps[step], curve[step]);
    if (curve.size() >= static_cast<std::size_t>(epochs)) continue;
    const std::size_t end = own ? std::min(*own, of.steps.size()) : of.steps.size();
    for (std::size_t step = curve.size(); step < end; ++step) insert(of.steps[step], curve.back());
    if (!own) insert(of.ended, curve.back());
    if (own && *own > of.steps.size()) of.ended_for.emplace_back(*own, curve.back());
  }
}

void Reference::Fold::extend(std::size_t size) {
  while (steps.size() < size) {
    steps.push_back(ended);
    for (const auto& [epochs, value] : ended_for) {
      if (epochs >= steps.size()) insert(steps.back(), value);
    }
  }
}

}  // namespace tune::search
