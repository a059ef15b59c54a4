#include "search/enqueued.hpp"

#include <utility>
#include <vector>

#include "search/origin.hpp"

namespace tune::search {
namespace {

constexpr int kDraws = 1000;  ///< for what a point leaves open, before it is given up

/// A row of the space with the values of the point; nothing if the forbids, or conditions on
/// parameters that the point has, rule out what is drawn for the rest.
std::optional<std::vector<double>> complete(const Space& space, const Configuration& point,
                                            base::Rng& rng) {
  std::vector<double> cube(space.dimensions()), row(space.dimensions());
  for (int draw = 0; draw < kDraws; ++draw) {
    for (double& coordinate : cube) coordinate = rng.uniform();
    for (const auto& [name, value] : point) {
      const std::size_t parameter = *space.find(name);
      cube[parameter] = encode(space.parameters()[parameter].domain, value);
    }
    space.decode_row(cube, row);
    if (space.is_forbidden(row)) continue;
    // Exactly the point's values, not what the cube has rounded them to.
    Configuration configuration = space.from_row(row);
    bool active = true;
    for (const auto& [name, value] : point) {
      const auto found = configuration.find(name);
      active &= found != configuration.end();
      if (active) found->second = value;
    }
    if (active && space.contains(configuration)) return space.to_row(configuration);
  }
  return std::nullopt;
}

void check(const Space& space, const Configuration& point) {
  const std::string text = "enqueue: " + base::to_text(point) + ": ";
  for (const auto& [name, value] : point) {
    const auto parameter = space.find(name);
    if (!parameter) throw base::InputError(text + name + " is not a parameter of the space");
    if (!contains(space.parameters()[*parameter].domain, value)) {
      throw base::InputError(text + base::to_text(value) + " is not a value of " + name);
    }
  }
  base::Rng rng(0);
  if (!complete(space, point, rng)) {
    throw base::InputError(text + "conditions or forbids of the space rule it out");
  }
}

class Enqueued final : public Strategy {
 public:
  Enqueued(const Setting& setting, std::unique_ptr<const Strategy> strategy)
      : space_(setting.space),
        points_(setting.enqueued),
        epochs_(setting.epochs),
        strategy_(std::move(strategy)) {
    for (const Configuration& point : points_) check(space_, point);
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const std::size_t starts = starts_of(prefix);
    if (starts == points_.size()) return strategy_->ask(prefix, rng);
    const auto row = complete(space_, points_[starts], rng);
    if (!row || prefix.contains(*row)) return strategy_->ask(prefix, rng);
    return Proposal{.configuration = space_.from_row(*row),
                    .epochs = epochs_,
                    .parent = {},
                    .origin = kStartPoint + std::to_string(starts + 1) + " of " +
                              std::to_string(points_.size())};
  }

  bool adaptive() const override { return strategy_->adaptive(); }
  bool by_number() const override { return strategy_->by_number(); }
  std::optional<std::size_t> limit() const override { return strategy_->limit(); }
  const Chosen* chosen() const override { return strategy_->chosen(); }

 private:
  /// Trials of the study that continue no other one, counted up to the number of points.
  std::size_t starts_of(const Prefix& prefix) const {
    std::size_t starts = 0;
    for (std::size_t trial = prefix.earlier(); trial < prefix.size(); ++trial) {
      if (starts == points_.size()) break;
      if (!prefix.parent(trial)) ++starts;
    }
    return starts;
  }

  const Space& space_;
  const std::vector<Configuration>& points_;
  const int epochs_;
  const std::unique_ptr<const Strategy> strategy_;
};

}  // namespace

std::unique_ptr<const Strategy> enqueued(const Setting& setting,
                                         std::unique_ptr<const Strategy> strategy) {
  if (setting.enqueued.empty()) return strategy;
  if (strategy->by_number()) {
    throw base::InputError("enqueue: this strategy has all its trials beforehand");
  }
  return std::make_unique<Enqueued>(setting, std::move(strategy));
}

}  // namespace tune::search
