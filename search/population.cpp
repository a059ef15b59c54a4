#include "search/population.hpp"

#include <algorithm>
#include <cmath>

#include "search/pareto.hpp"

namespace tune::search {
namespace {

/// All scores of a trial with several; one that is not finite makes it a failed one.
std::vector<double> scores_of(const Prefix& prefix, std::size_t trial, Standing& standing) {
  const Outcome outcome = prefix.outcome(trial);
  const auto* scored = std::get_if<Scored>(&outcome);
  if (scored == nullptr || scored->further.empty()) return {};
  std::vector<double> scores = {scored->score};
  scores.insert(scores.end(), scored->further.begin(), scored->further.end());
  if (std::ranges::all_of(scores, [](double score) { return std::isfinite(score); })) return scores;
  standing = {Standing::Tier::failed, 0, 0, trial};
  return {};
}

}  // namespace

void Population::extend(const Prefix& prefix) {
  for (; known_ < prefix.known(); ++known_) {
    Member member{.standing = standing_of(prefix.outcome(known_), known_), .scores = {}};
    member.scores = scores_of(prefix, known_, member.standing);
    several_ |= !member.scores.empty();
    members_.insert(std::ranges::upper_bound(members_, place_of(member), {}, place_of),
                    std::move(member));
    if (several_) rank();
    if (members_.size() > capacity_) members_.pop_back();
  }
}

/// Fronts and distances among those with several scores, then the order.
void Population::rank() {
  std::vector<std::vector<double>> points;
  for (const Member& member : members_) {
    if (!member.scores.empty()) points.push_back(member.scores);
  }
  if (!points.empty()) {
    const std::vector<std::size_t> fronts = fronts_of(points);
    const std::vector<double> distances = crowding_distances(points, fronts);
    std::size_t point = 0;
    for (Member& member : members_) {
      if (member.scores.empty()) continue;
      member.front = fronts[point];
      member.crowding = distances[point++];
    }
  }
  std::ranges::sort(members_, {}, place_of);
}

/// What members are sorted by.
Population::Place Population::place_of(const Member& member) {
  const Standing& standing = member.standing;
  return {standing.tier,    standing.epochs_left_out, member.front,
          -member.crowding, standing.score,           standing.trial};
}

std::vector<std::size_t> Population::trials() const {
  std::vector<std::size_t> trials;
  for (const Member& member : members_) trials.push_back(member.standing.trial);
  return trials;
}

std::size_t Population::scored() const {
  return static_cast<std::size_t>(std::ranges::count_if(members_, [](const Member& member) {
    return member.standing.tier != Standing::Tier::failed;
  }));
}

std::size_t Population::champion(std::size_t contenders, base::Rng& rng) const {
  const auto size = static_cast<std::uint32_t>(members_.size());
  std::uint32_t best = rng.below(size);
  for (std::size_t i = 1; i < contenders; ++i) best = std::min(best, rng.below(size));
  return members_[best].standing.trial;
}

}  // namespace tune::search
