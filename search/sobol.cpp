#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "search/axis.hpp"
#include "search/makers.hpp"
#include "search/sobol_sequence.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr int kMisses = 1000;  ///< points in a row that are forbidden or tried, before chance helps

std::vector<std::size_t> scrambled(const Space& space) {
  std::vector<std::size_t> parameters = varying(space);
  if (parameters.size() > SobolSequence::kMostDimensions) {
    throw base::InputError("sobol: at most " + std::to_string(SobolSequence::kMostDimensions) +
                           " parameters can vary");
  }
  return parameters;
}

/// Trial n is point n of a scrambled Sobol sequence; points that are forbidden, or whose
/// configuration has been tried, are passed over.
class Sobol final : public Strategy {
 public:
  explicit Sobol(const Setting& setting)
      : setting_(setting),
        untried_(setting.space, "sobol"),
        varying_(scrambled(setting.space)),
        sequence_(varying_.size()),
        // Of a trial that never is: all trials share it.
        stream_(base::Rng(setting.seed).split(base::stream::ask).split(~std::uint64_t{0})) {}

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    Found found = next(prefix);
    std::string origin = "point " + std::to_string(found.after - 1) + " of its sequence";
    if (!found.row) {
      origin = "drawn at random, since the points of its sequence have been tried or are forbidden";
      found.row = untried_.draw(prefix, rng);
    }
    if (!found.row) return Done{};
    return Proposal{
        setting_.space.from_row(*found.row), setting_.epochs, {}, {}, std::move(origin)};
  }

  bool adaptive() const override { return false; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  struct Found {
    std::optional<std::vector<double>> row;
    std::uint32_t after;  ///< the point that follows it
  };

  /// Where the sequence stands after the first trials of a prefix.
  struct Walk {
    std::uint64_t identity = 0;
    std::size_t trials = 0;
    std::uint32_t point = 0;
    std::optional<Found> ahead = {};  ///< what comes next, once it has been looked for
  };

  /// What trial prefix.size() gets: what has been passed over by a trial before it is passed over
  /// again.
  Found next(const Prefix& prefix) const {
    const std::lock_guard lock(mutex_);
    if (walk_.identity != prefix.identity() || walk_.trials > prefix.size()) {
      walk_ = {.identity = prefix.identity()};
    }
    for (;;) {
      if (!walk_.ahead) walk_.ahead = look(prefix);
      if (walk_.trials == prefix.size()) return *walk_.ahead;
      walk_ = {walk_.identity, walk_.trials + 1, walk_.ahead->after};
    }
  }

  /// The first point from the walk's on that is allowed and none of its trials.
  Found look(const Prefix& prefix) const {
    const Space& space = setting_.space;
    std::vector<double> unit(varying_.size()), point(space.dimensions(), 0.5),
        row(space.dimensions());
    std::uint32_t index = walk_.point;
    for (int miss = 0; miss < kMisses; ++miss) {
      sequence_.scrambled(index++, stream_, unit);
      for (std::size_t i = 0; i < unit.size(); ++i) point[varying_[i]] = unit[i];
      space.decode_row(point, row);
      if (space.is_forbidden(row)) continue;
      if (prefix.first(row).value_or(walk_.trials) >= walk_.trials) return {std::move(row), index};
    }
    return {std::nullopt, index};
  }

  const Setting& setting_;
  Untried untried_;
  std::vector<std::size_t> varying_;  ///< parameters with more than one value
  SobolSequence sequence_;
  base::Rng stream_;
  mutable std::mutex mutex_;
  mutable Walk walk_;
};

}  // namespace

std::unique_ptr<const Strategy> make_sobol(const Setting& setting, const base::Reader&) {
  return std::make_unique<Sobol>(setting);
}

}  // namespace tune::search
