#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr int kDraws = 1000;  ///< that meet only what is forbidden or tried, before all are listed
constexpr std::size_t kCounted = 100'000;    ///< combinations up to which they are counted at once
constexpr std::size_t kListed = 10'000'000;  ///< combinations up to which they can be listed

using Row = std::vector<double>;

/// Rows of a finite space that have not been tried: one of them, uniformly.
struct Listed {
  std::uint32_t untried = 0;
  Row drawn;
};

/// Nothing if there are too many combinations to list.
std::optional<Listed> draw_listed(const Space& space, const Prefix& prefix, base::Rng& rng) {
  Listed listed;
  Row row(space.dimensions());
  std::size_t walked = 0;
  space.first_row(row);
  do {
    if (++walked > kListed) return std::nullopt;
    if (space.is_forbidden(row) || prefix.contains(row)) continue;
    if (rng.below(++listed.untried) == 0) listed.drawn = row;  // a reservoir of one
  } while (space.next_row(row));
  return listed;
}

}  // namespace

Untried::Untried(const Space& space, std::string strategy)
    : space_(&space), strategy_(std::move(strategy)) {
  const auto rows = space.enumerate(kCounted);
  if (!rows) return;
  limit_ = rows->size();
  if (limit_ == 0) {
    throw base::InputError(strategy_ + ": the forbids rule out every configuration");
  }
}

std::optional<Row> Untried::draw(const Prefix& prefix, base::Rng& rng) const {
  Row point(space_->dimensions()), row(space_->dimensions());
  std::optional<Row> repeated;
  for (int draw = 0; draw < kDraws; ++draw) {
    for (double& coordinate : point) coordinate = rng.uniform();
    space_->decode_row(point, row);
    if (space_->is_forbidden(row)) continue;
    if (!prefix.contains(row)) return row;
    if (!repeated) repeated = row;
  }
  if (space_->is_finite()) {
    if (auto listed = draw_listed(*space_, prefix, rng)) {
      return listed->untried == 0 ? std::nullopt : std::optional(std::move(listed->drawn));
    }
  }
  if (repeated) return repeated;
  throw base::InputError(strategy_ + ": the forbids leave almost nothing of the space: " +
                         std::to_string(kDraws) + " draws met only forbidden combinations");
}

}  // namespace tune::search
