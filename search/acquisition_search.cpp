#include "search/acquisition_search.hpp"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <limits>

#include "search/axis.hpp"
#include "search/lbfgs.hpp"

namespace tune::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kGlobal = 512, kLocal = 256;  ///< draws
constexpr std::size_t kClimbs = 12;
constexpr int kRounds = 5;                    ///< of a climb
constexpr double kApart = 0.1;                ///< distance of the places where climbs start
constexpr double kAlikeMixed = 1e-3;          ///< distance up to which two points are one,
constexpr double kAlike = 1e-6;               ///< and where there are no discrete parameters
constexpr std::uint64_t kLookedThrough = 16;  ///< values of a parameter that are all tried

/// The other values of a discrete parameter that a step may lead to: all if they are few, else
/// those at distances 1, 2, 4, ...
std::vector<std::uint64_t> steps_from(std::uint64_t now, std::uint64_t values) {
  std::vector<std::uint64_t> to;
  if (values <= kLookedThrough) {
    for (std::uint64_t value = 0; value < values; ++value) {
      if (value != now) to.push_back(value);
    }
    return to;
  }
  for (std::uint64_t step = 1; step < values; step *= 2) {
    if (step <= now) to.push_back(now - step);
    if (step < values - now) to.push_back(now + step);
  }
  return to;
}

}  // namespace

AcquisitionSearch::AcquisitionSearch(const Embedding& embedding, const Acquisition& acquisition,
                                     const Prefix& prefix)
    : space_(prefix.space()), embedding_(embedding), acquisition_(acquisition), prefix_(prefix) {
  const bool mixed = std::ranges::any_of(
      varying(space_), [&](std::size_t i) { return !embedding_.continuous(i).has_value(); });
  alike_ = mixed ? kAlikeMixed : kAlike;
  for (std::size_t trial = 0; trial < prefix_.size(); ++trial) {
    const auto row = prefix_.row(trial);
    tried_[discrete(row)].push_back(embedding_.embed(row));
  }
}

/// Infinity where one is not active: NaN has no order.
AcquisitionSearch::Discrete AcquisitionSearch::discrete(std::span<const double> row) const {
  Discrete columns;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (embedding_.continuous(i)) continue;
    columns.push_back(std::isnan(row[i]) ? std::numeric_limits<double>::infinity() : row[i]);
  }
  return columns;
}

bool AcquisitionSearch::tried(const Candidate& candidate) const {
  const auto trials = tried_.find(discrete(candidate.row));
  return trials != tried_.end() &&
         std::ranges::any_of(trials->second, [&](const Eigen::RowVectorXd& features) {
           return (features - candidate.features).cwiseAbs().maxCoeff() <= alike_;
         });
}

/// Nothing if it may not be proposed.
std::optional<AcquisitionSearch::Candidate> AcquisitionSearch::candidate(
    std::vector<double> point) const {
  Candidate candidate{std::move(point), std::vector<double>(space_.dimensions()), {}};
  space_.decode_row(candidate.point, candidate.row);
  if (space_.is_forbidden(candidate.row)) return std::nullopt;
  candidate.features = embedding_.embed(candidate.row);
  if (tried(candidate)) return std::nullopt;
  return candidate;
}

/// A point around a trial: its numbers moved by `scale`, and a discrete parameter or two changed.
std::vector<double> AcquisitionSearch::near(std::size_t trial, double scale, base::Rng& rng) const {
  boost::random::normal_distribution<double> normal;
  const auto row = prefix_.row(trial);
  std::vector<double> point(space_.dimensions());
  space_.encode_row(row, point);
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto values = count(space_.parameters()[i].domain);
    if (std::isnan(row[i])) {
      point[i] = rng.uniform();
    } else if (!values) {
      point[i] = std::clamp(point[i] + scale * normal(rng), 0.0, 1.0);
    } else if (rng.uniform() * static_cast<double>(point.size()) < 2) {
      const double width = std::max(scale, 1 / static_cast<double>(*values));
      const bool neighbour = *values > 4 && rng.uniform() < 0.7;
      point[i] = neighbour ? std::clamp(point[i] + width * normal(rng), 0.0, 1.0) : rng.uniform();
    }
  }
  return point;
}

std::vector<AcquisitionSearch::Candidate> AcquisitionSearch::draws(
    const std::vector<std::size_t>& elite, base::Rng& rng) const {
  std::vector<Candidate> candidates;
  const auto take = [&](std::vector<double> point) {
    if (auto taken = candidate(std::move(point))) candidates.push_back(std::move(*taken));
  };
  for (int i = 0; i < kGlobal; ++i) {
    std::vector<double> point(space_.dimensions());
    for (double& unit : point) unit = rng.uniform();
    take(std::move(point));
  }
  for (std::size_t i = 0; i < kLocal; ++i) {
    const double scale = 0.2 * std::pow(0.25, static_cast<double>(i / elite.size() % 4));
    take(near(elite[i % elite.size()], scale, rng));
  }
  return candidates;
}

void AcquisitionSearch::evaluate(std::vector<Candidate>& candidates) const {
  MatrixXd features(std::ssize(candidates), embedding_.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    features.row(static_cast<Index>(i)) = candidates[i].features;
  }
  const VectorXd values = acquisition_.values(features);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].value = values[static_cast<Index>(i)];
  }
}

std::optional<std::vector<double>> AcquisitionSearch::best(const std::vector<std::size_t>& elite,
                                                           base::Rng& rng) const {
  std::vector<Candidate> candidates = draws(elite, rng);
  if (candidates.empty()) return std::nullopt;
  evaluate(candidates);
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::value);
  Candidate best = candidates.front();
  std::vector<Eigen::RowVectorXd> starts;
  for (Candidate& start : candidates) {
    const bool apart = std::ranges::none_of(
        starts, [&](const auto& other) { return (other - start.features).norm() < kApart; });
    if (!apart) continue;
    starts.push_back(start.features);
    climb(start);
    if (start.value > best.value) best = start;
    if (starts.size() == kClimbs) break;
  }
  return best.row;
}

void AcquisitionSearch::climb(Candidate& at) const {
  for (int round = 0; round < kRounds; ++round) {
    ascend(at);
    if (!hop(at)) return;
  }
}

/// Along the gradient over the active continuous parameters.
bool AcquisitionSearch::ascend(Candidate& at) const {
  std::vector<std::size_t> moving;
  for (std::size_t i = 0; i < at.row.size(); ++i) {
    if (embedding_.continuous(i) && !std::isnan(at.row[i])) moving.push_back(i);
  }
  if (moving.empty()) return false;
  const auto size = std::ssize(moving);
  VectorXd features = at.features.transpose(), slope;
  const auto feature = [&](Index k) {
    return *embedding_.continuous(moving[static_cast<std::size_t>(k)]);
  };
  const auto loss = [&](const VectorXd& units, VectorXd& gradient) {
    for (Index k = 0; k < size; ++k) features[feature(k)] = units[k];
    const double value = acquisition_.value(features, slope);
    gradient.resize(size);
    for (Index k = 0; k < size; ++k) gradient[k] = -slope[feature(k)];
    return -value;
  };
  VectorXd units(size);
  for (Index k = 0; k < size; ++k) units[k] = at.point[moving[static_cast<std::size_t>(k)]];
  const double value = -minimize_lbfgs(loss, VectorXd::Zero(size), VectorXd::Ones(size), units,
                                       {.evaluations = 40, .tolerance = 1e-3});
  if (!(value > at.value)) return false;
  std::vector<double> point = at.point;
  for (Index k = 0; k < size; ++k) point[moving[static_cast<std::size_t>(k)]] = units[k];
  auto reached = candidate(std::move(point));
  if (!reached) return false;
  at = std::move(*reached);
  at.value = value;
  return true;
}

/// To the best of the points that differ in one discrete parameter, if that is better.
bool AcquisitionSearch::hop(Candidate& at) const {
  std::vector<Candidate> around;
  for (std::size_t i = 0; i < at.row.size(); ++i) {
    const Domain& domain = space_.parameters()[i].domain;
    const auto values = count(domain);
    if (!values || *values == 1 || std::isnan(at.row[i])) continue;
    for (const std::uint64_t value : steps_from(index_of(domain, at.row[i]), *values)) {
      std::vector<double> point = at.point;
      point[i] = encode_column(domain, column_at(domain, value));
      if (auto other = candidate(std::move(point))) around.push_back(std::move(*other));
    }
  }
  if (around.empty()) return false;
  evaluate(around);
  Candidate& best = *std::ranges::max_element(around, {}, &Candidate::value);
  if (!(best.value > at.value + 1e-9)) return false;
  at = std::move(best);
  return true;
}

}  // namespace tune::search
