#include <string>
#include <vector>

#include "search/makers.hpp"

namespace tune::search {
namespace {

constexpr int kDraws = 1000;  ///< that meet only what is forbidden or tried, before all are listed
constexpr std::size_t kCounted = 100'000;    ///< combinations up to which they are counted at once
constexpr std::size_t kListed = 10'000'000;  ///< combinations up to which they can be listed

/// Uniform draws of the unit cube, none of a configuration that is forbidden or has been asked for.
///
/// In a finite space of which nearly everything has been tried the draw is uniform among what is
/// left, so it ends with the last configuration. Where a continuous space has a branch without a
/// continuous parameter and chance meets nothing else, that configuration is asked for again.
class Random final : public Strategy {
 public:
  explicit Random(const Setting& setting) : setting_(setting) {
    const auto rows = setting.space.enumerate(kCounted);
    if (!rows) return;
    limit_ = rows->size();
    if (limit_ == 0) throw base::InputError("random: the forbids rule out every configuration");
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const Space& space = setting_.space;
    std::vector<double> point(space.dimensions()), row(space.dimensions());
    std::optional<std::vector<double>> repeated;
    for (int draw = 0; draw < kDraws; ++draw) {
      for (double& coordinate : point) coordinate = rng.uniform();
      space.decode_row(point, row);
      if (space.is_forbidden(row)) continue;
      if (!prefix.contains(row)) return propose(row);
      if (!repeated) repeated = row;
    }
    if (space.is_finite()) {
      if (const auto move = draw_untried(prefix, rng)) return *move;
    }
    if (repeated) return propose(*repeated);
    throw base::InputError("random: the forbids leave almost nothing of the space: " +
                           std::to_string(kDraws) + " draws met only forbidden combinations");
  }

  bool adaptive() const override { return false; }
  std::optional<std::size_t> limit() const override { return limit_; }

 private:
  Move propose(std::span<const double> row) const {
    return Proposal{setting_.space.from_row(row), setting_.epochs, {}};
  }

  /// Uniform among the configurations that have not been asked for; nothing if there are too many
  /// combinations to list.
  std::optional<Move> draw_untried(const Prefix& prefix, base::Rng& rng) const {
    const Space& space = setting_.space;
    std::vector<double> row(space.dimensions()), drawn;
    std::uint32_t untried = 0;
    std::size_t walked = 0;
    space.first_row(row);
    do {
      if (++walked > kListed) return std::nullopt;
      if (space.is_forbidden(row) || prefix.contains(row)) continue;
      if (rng.below(++untried) == 0) drawn = row;  // a reservoir of one
    } while (space.next_row(row));
    return untried == 0 ? Move(Done{}) : propose(drawn);
  }

  const Setting& setting_;
  std::optional<std::size_t> limit_;
};

}  // namespace

std::unique_ptr<const Strategy> make_random(const Setting& setting, const base::Reader&) {
  return std::make_unique<Random>(setting);
}

}  // namespace tune::search
