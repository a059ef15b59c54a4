#include "search/densities.hpp"

#include <algorithm>
#include <cmath>

namespace tune::search {
namespace {

constexpr std::size_t kMostGood = 25;
constexpr std::size_t kMostBad = 10'000;
constexpr std::size_t kFresh = 25;  ///< trials of full weight

std::uint32_t bad_slot(std::size_t trial) {
  return static_cast<std::uint32_t>(trial % kMostBad);
}

/// Of the trials below `end` by their slots: linear forgetting.
Eigen::ArrayXf weights_of_bad(std::size_t end) {
  const std::size_t size = std::min(end, kMostBad);
  Eigen::ArrayXf weights = Eigen::ArrayXf::Ones(static_cast<Eigen::Index>(size));
  if (size <= kFresh) return weights;
  const float least = 1 / static_cast<float>(size);
  const float step = (1 - least) / static_cast<float>(std::max<std::size_t>(1, size - kFresh - 1));
  for (std::size_t i = 0; i < size - kFresh; ++i) {
    weights[bad_slot(end - size + i)] = least + step * static_cast<float>(i);
  }
  return weights;
}

double least_deviation(std::size_t trials) {
  return 1 / std::min(100.0, 2 + 0.3 * static_cast<double>(trials));
}

}  // namespace

Densities::Densities(std::span<const std::size_t> parameters, std::span<const Axis> axes,
                     const DensityOptions& options)
    : parameters_(parameters),
      axes_(axes),
      options_(options),
      good_(axes, options.prior_weight),
      bad_(axes, options.prior_weight) {}

bool Densities::precedes(const Prefix& prefix) const {
  return (!identity_ || identity_ == prefix.identity()) && known_ <= prefix.known() &&
         size_ <= prefix.size();
}

void Densities::read(const Prefix& prefix) {
  identity_ = prefix.identity();
  size_ = prefix.size();
  const std::size_t end = options_.constant_liar ? size_ : prefix.known();
  for (end_ = std::max(end_, end - std::min(end, kMostBad)); end_ < end; ++end_) {
    bad_.erase(bad_slot(end_));
    bad_.insert(bad_slot(end_), places(prefix, end_));
  }
  for (; known_ < prefix.known(); ++known_) {
    const Standing standing = standing_of(prefix.outcome(known_), known_);
    if (standing.tier == Standing::Tier::failed) continue;  // never good
    best_.insert(std::ranges::upper_bound(best_, standing), standing);
    if (best_.size() > kMostGood) best_.pop_back();
  }
  split(prefix);
}

std::vector<double> Densities::places(const Prefix& prefix, std::size_t trial) const {
  return places_of(prefix.row(trial), parameters_, axes_);
}

/// Moves the trials that have become good, or are no longer, from one density to the other.
void Densities::split(const Prefix& prefix) {
  const double share = std::ceil(options_.gamma * static_cast<double>(known_));
  std::vector<std::size_t> good;
  for (const Standing& one : best_) {
    if (static_cast<double>(good.size()) < share) good.push_back(one.trial);
  }
  std::ranges::sort(good);
  const auto among_bad = [&](std::size_t trial, const std::vector<std::size_t>& others) {
    return trial + kMostBad >= end_ && !std::ranges::binary_search(others, trial);
  };
  for (const std::size_t trial : good_trials_) {
    if (among_bad(trial, good)) bad_.insert(bad_slot(trial), places(prefix, trial));
  }
  good_ = Parzen(axes_, options_.prior_weight);
  good_.set_least(least_deviation(known_));
  for (std::uint32_t slot = 0; slot < good.size(); ++slot) {
    if (among_bad(good[slot], good_trials_)) bad_.erase(bad_slot(good[slot]));
    good_.insert(slot, places(prefix, good[slot]));
  }
  good_trials_ = std::move(good);
  bad_.set_least(least_deviation(std::min(end_, kMostBad)));
  bad_.set_weights(weights_of_bad(end_));
}

}  // namespace tune::search
