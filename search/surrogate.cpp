#include "search/surrogate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "search/kernel_fit.hpp"
#include "search/warping.hpp"

namespace tune::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kMost = 500;  ///< trials at a fit, half of them the best ones

/// The trials below a number that count.
std::vector<std::size_t> chosen(const Prefix& prefix, std::size_t below) {
  std::vector<std::size_t> trials(below);
  std::iota(trials.begin(), trials.end(), std::size_t{0});
  if (below <= kMost) return trials;
  const VectorXd scores = *learnable(prefix, trials);
  std::ranges::stable_sort(trials, {},
                           [&](std::size_t t) { return scores[static_cast<Index>(t)]; });
  std::ranges::sort(trials.begin() + kMost / 2, trials.end(), std::greater<>());
  trials.resize(kMost);
  std::ranges::sort(trials);
  return trials;
}

/// Minus the mean of those that are known; the others as that mean.
VectorXd centred(VectorXd values) {
  const auto known = values.array().isFinite().select(values.array(), 0.0).eval();
  const auto count = static_cast<double>(values.array().isFinite().count());
  const double mean = count > 0 ? known.sum() / count : 0;
  return values.array().isFinite().select(values.array() - mean, 0.0);
}

}  // namespace

std::optional<VectorXd> learnable(const Prefix& prefix, std::span<const std::size_t> trials) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> scores(trials.size(), kNone), finite;
  std::vector<bool> pruned(trials.size());
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const Outcome outcome = prefix.outcome(trials[i]);
    if (const auto* scored = std::get_if<Scored>(&outcome)) scores[i] = scored->score;
    if (const auto* cut = std::get_if<Pruned>(&outcome)) {
      scores[i] = cut->score;
      pruned[i] = true;
    }
    if (!std::isfinite(scores[i])) scores[i] = kNone;
    if (!std::isnan(scores[i]) && !pruned[i]) finite.push_back(scores[i]);
  }
  if (finite.size() < 2) return std::nullopt;
  std::ranges::sort(finite);
  VectorXd values(std::ssize(scores));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double least = pruned[i] ? finite[finite.size() / 2] : finite.front();
    values[static_cast<Index>(i)] =
        std::isnan(scores[i]) ? finite.back() : std::max(scores[i], least);
  }
  return values;
}

std::size_t Surrogate::fit_point(std::size_t known) {
  return known - known % std::max<std::size_t>(1, std::bit_floor(known / 25));
}

Surrogate::Surrogate(const Embedding& embedding, const Prefix& prefix, std::size_t fitted,
                     const CostOf& cost)
    : embedding_(embedding), cost_(cost), trials_(chosen(prefix, fitted)) {
  points_ = {MatrixXd(std::ssize(trials_), embedding.size()), embedding.groups()};
  for (std::size_t i = 0; i < trials_.size(); ++i) {
    points_.features.row(static_cast<Index>(i)) = embedding.embed(prefix.row(trials_[i]));
    if (cost_) log_costs_.push_back(std::log(cost_(prefix.proposal(trials_[i]).configuration)));
  }
  scores_.emplace(fit_kernel(points_, warped(*learnable(prefix, trials_))), points_);
  if (cost_) costs_.emplace(fit_kernel(points_, centred(log_costs(trials_.size()))), points_);
}

VectorXd Surrogate::log_costs(std::size_t trials) const {
  return Eigen::Map<const VectorXd>(log_costs_.data(), static_cast<Index>(trials));
}

void Surrogate::add(const Prefix& prefix, std::size_t trial) {
  const Eigen::RowVectorXd features = embedding_.embed(prefix.row(trial));
  trials_.push_back(trial);
  points_.features.conservativeResize(std::ssize(trials_), Eigen::NoChange);
  points_.features.row(std::ssize(trials_) - 1) = features;
  scores_->add(features);
  if (!cost_) return;
  log_costs_.push_back(std::log(cost_(prefix.proposal(trial).configuration)));
  costs_->add(features);
}

void Surrogate::extend(const Prefix& prefix) {
  for (std::size_t trial = trials_.back() + 1; trial < prefix.size(); ++trial) add(prefix, trial);
}

std::size_t Surrogate::known_trials(const Prefix& prefix) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(trials_, prefix.known()) -
                                  trials_.begin());
}

Acquisition Surrogate::acquisition(const Prefix& prefix) const {
  const std::size_t known_count = known_trials(prefix);
  const auto known = static_cast<Index>(known_count);
  const Index all = std::ranges::lower_bound(trials_, prefix.size()) - trials_.begin();
  const VectorXd scores = warped(*learnable(prefix, std::span(trials_).first(known_count)));
  const MatrixXd covariances = scores_->covariances(points_.features.topRows(all), known);
  // Pending trials are believed to come out as predicted; known ones are seen without their noise.
  const VectorXd predicted = covariances.transpose() * scores_->weights(scores);
  VectorXd believed = predicted;
  believed.head(known) = scores;

  const Prediction prediction{&*scores_, scores_->weights(believed)};
  const double best = predicted.minCoeff();
  if (!cost_) return Acquisition(prediction, best, std::nullopt);
  const VectorXd costs = centred(log_costs(static_cast<std::size_t>(all)));
  return Acquisition(prediction, best, Prediction{&*costs_, costs_->weights(costs)});
}

std::vector<std::size_t> Surrogate::elite(const Prefix& prefix, std::size_t most) const {
  const std::size_t known = known_trials(prefix);
  const VectorXd scores = *learnable(prefix, std::span(trials_).first(known));
  std::vector<std::size_t> order(known);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return scores[static_cast<Index>(i)]; });
  order.resize(std::min(most, order.size()));
  for (std::size_t& i : order) i = trials_[i];
  return order;
}

}  // namespace tune::search
