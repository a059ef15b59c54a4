#include "search/bohb.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

#include "search/base/text.hpp"
#include "search/hyperband.hpp"
#include "search/kde.hpp"
#include "search/makers.hpp"
#include "search/origin.hpp"
#include "search/promotions.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr int kAttempts = 10;          ///< at a proposal that is neither forbidden nor tried
constexpr std::size_t kMost = 10'000;  ///< trials of a model, the newest
/// Densities below e to this, 1e-32, are taken for it.
constexpr double kFloor = -73.68272297580947;

struct Observed {
  double score;  ///< infinite where the trial failed, has none or was stopped before its epochs
  std::size_t trial;

  auto operator<=>(const Observed&) const = default;
};

/// What the trials of a prefix have come to at each number of epochs. It follows a growing prefix
/// at the cost of what is new. Not thread-safe.
class Observations {
 public:
  /// Reads what the prefix shows. Of each number of epochs the newest 10,000, the best first.
  const std::map<int, std::vector<Observed>>& read(const Prefix& prefix) {
    if (identity_ != prefix.identity() || known_ > prefix.known()) {
      identity_ = prefix.identity();
      known_ = 0;
      by_epochs_.clear();
    }
    for (; known_ < prefix.known(); ++known_) {
      const int epochs = prefix.epochs(known_);
      const auto score = full_score(prefix.outcome(known_), epochs);
      const bool good = score && std::isfinite(*score);
      const Observed observed{good ? *score : std::numeric_limits<double>::infinity(), known_};
      std::vector<Observed>& ranked = by_epochs_[epochs];
      ranked.insert(std::ranges::upper_bound(ranked, observed), observed);
      if (ranked.size() <= kMost) continue;
      ranked.erase(std::ranges::min_element(ranked, {}, &Observed::trial));
    }
    return by_epochs_;
  }

 private:
  std::uint64_t identity_ = 0;
  std::size_t known_ = 0;
  std::map<int, std::vector<Observed>> by_epochs_;
};

/// The trials of one number of epochs, the good ones and the others.
struct Halves {
  int epochs = 0;
  std::vector<std::size_t> good, bad;

  /// "its model of 40 trials with 9 epochs, 6 of them good"
  std::string text() const {
    return "its model of " + base::counted(good.size() + bad.size(), "trial") + " with " +
           base::counted(static_cast<std::uint64_t>(epochs), "epoch") + ", " +
           std::to_string(good.size()) + " of them good";
  }
};

/// Proposes what the model of BOHB makes of the trials at the most epochs of which there are enough
/// for one: the draw of the density of the good ones that is best beside the density of the others.
/// A share of the proposals is drawn at random, and all as long as there is no model. Where a
/// proposal is forbidden or has been tried another is drawn from half as many, which is less
/// greedy, and in the end one at random.
class KdeDraws final : public Strategy {
 public:
  KdeDraws(const Setting& setting, const base::Reader& options)
      : setting_(setting),
        untried_(setting.space, "bohb"),
        parameters_(varying(setting.space)),
        axes_(axes_of(setting.space, parameters_)),
        least_(axes_.size() + 1),
        top_(static_cast<std::size_t>(options.integer("top_n_percent"))),
        samples_(options.integer("num_samples")),
        random_fraction_(options.real("random_fraction")),
        bandwidth_factor_(options.real("bandwidth_factor")),
        min_bandwidth_(options.real("min_bandwidth")) {
    if (options.is("min_points_in_model", "auto")) return;
    least_ = std::max(least_, static_cast<std::size_t>(options.integer("min_points_in_model")));
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    std::string origin = "drawn at random, as a share of the starts is";
    if (!axes_.empty() && rng.uniform() >= random_fraction_) {
      if (const auto halves = split(prefix)) {
        if (const auto row = choose(prefix, *halves, rng)) {
          return propose(*row, "the most promising draw of " + halves->text());
        }
        origin = beside_model(halves->text());
      } else {
        origin = "drawn at random, since at no number of epochs enough outcomes were known";
      }
    }
    const auto row = untried_.draw(prefix, rng);
    return row ? propose(*row, std::move(origin)) : Done{};
  }

  bool adaptive() const override { return true; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  using Row = std::vector<double>;

  Move propose(const Row& row, std::string origin) const {
    return Proposal{setting_.space.from_row(row), setting_.epochs, {}, {}, std::move(origin)};
  }

  /// Of the most epochs that have enough trials; nothing: none have.
  std::optional<Halves> split(const Prefix& prefix) const {
    const std::lock_guard lock(mutex_);
    const auto& by_epochs = observations_.read(prefix);
    for (auto at = by_epochs.rbegin(); at != by_epochs.rend(); ++at) {
      auto halves = split(at->second);
      if (!halves) continue;
      halves->epochs = at->first;
      return halves;
    }
    return std::nullopt;
  }

  /// A density takes more observations than it has axes.
  std::optional<Halves> split(const std::vector<Observed>& all) const {
    const std::size_t good = std::max(least_, top_ * all.size() / 100);
    const std::size_t bad = std::max(least_, (100 - top_) * all.size() / 100);
    if (all.size() < good + axes_.size() + 1) return std::nullopt;
    if (!std::isfinite(all[good - 1].score)) return std::nullopt;
    Halves halves;
    for (std::size_t i = 0; i < std::min(all.size(), good + bad); ++i) {
      (i < good ? halves.good : halves.bad).push_back(all[i].trial);
    }
    return halves;
  }

  Kde density(const Prefix& prefix, const std::vector<std::size_t>& trials, base::Rng& rng) const {
    Eigen::ArrayXXd observations(axes_.size(), trials.size());
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const std::vector<double> places = places_of(prefix.row(trials[i]), parameters_, axes_);
      for (std::size_t axis = 0; axis < places.size(); ++axis) {
        observations(static_cast<Eigen::Index>(axis), static_cast<Eigen::Index>(i)) = places[axis];
      }
    }
    return Kde(axes_, impute(axes_, observations, rng), min_bandwidth_);
  }

  /// A row that is neither forbidden nor tried; nothing if no attempt finds one.
  std::optional<Row> choose(const Prefix& prefix, const Halves& halves, base::Rng& rng) const {
    const Kde good = density(prefix, halves.good, rng), bad = density(prefix, halves.bad, rng);
    Eigen::Index samples = samples_;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      Eigen::ArrayXXd points(axes_.size(), samples);
      for (Eigen::Index i = 0; i < samples; ++i) {
        good.draw(bandwidth_factor_, rng, std::span(points.col(i).data(), axes_.size()));
      }
      Eigen::Index best = 0;
      (good.log_density(points).max(kFloor) - bad.log_density(points).max(kFloor)).maxCoeff(&best);
      Row row = row_at(std::span(points.col(best).data(), axes_.size()));
      if (!setting_.space.is_forbidden(row) && !prefix.contains(row)) return row;
      samples = std::max<Eigen::Index>(1, samples / 2);
    }
    return std::nullopt;
  }

  Row row_at(std::span<const double> point) const {
    const Space& space = setting_.space;
    Row row(space.dimensions(), std::numeric_limits<double>::quiet_NaN());
    std::size_t axis = 0;
    for (const std::size_t i : space.order()) {
      const bool varies = axis < axes_.size() && parameters_[axis] == i;
      if (space.is_active(i, row)) {
        row[i] =
            varies ? axes_[axis].column(point[axis]) : column_at(space.parameters()[i].domain, 0);
      }
      if (varies) ++axis;
    }
    return row;
  }

  const Setting& setting_;
  Untried untried_;
  std::vector<std::size_t> parameters_;  ///< those with more than one value
  std::vector<Axis> axes_;               ///< of these
  std::size_t least_;                    ///< good trials that make a model
  std::size_t top_;                      ///< percent of the trials that are good
  Eigen::Index samples_;
  double random_fraction_, bandwidth_factor_, min_bandwidth_;
  mutable std::mutex mutex_;
  mutable Observations observations_;  ///< of the prefix seen last
};

}  // namespace

std::vector<base::Key> bohb_keys() {
  std::vector<base::Key> keys = hyperband_keys();
  const std::vector<base::Key> own = {
      base::integer_key("top_n_percent", std::int64_t{15}, 1, 99,
                        "of the trials at one number of epochs so many are good ones"),
      base::integer_key("num_samples", std::int64_t{64}, 1, 1e4,
                        "draws of which the most promising one is proposed"),
      base::real_key("random_fraction", 0.333, 0, 1, "share of the starts drawn at random"),
      base::positive_key("bandwidth_factor", 3.0, 1e3,
                         "kernels are so many times as wide when they are drawn from"),
      base::positive_key("min_bandwidth", 1e-3, 1, "least width of a kernel, of the range"),
      base::integer_key("min_points_in_model", std::string("auto"), 1, 1e6,
                        "least number of good trials that the model is made of; "
                        "auto, and no fewer: one more than there are parameters",
                        {"auto"})};
  keys.insert(keys.end(), own.begin(), own.end());
  return keys;
}

std::unique_ptr<const Strategy> make_bohb_starts(const Setting& setting,
                                                 const base::Reader& options) {
  return std::make_unique<KdeDraws>(setting, options);
}

std::unique_ptr<const Strategy> make_bohb(const Setting& setting, const base::Reader& options) {
  std::unique_ptr<const Strategy> starts = make_bohb_starts(setting, options);
  return in_brackets(hyperband_schedule(setting, options), setting, std::move(starts));
}

}  // namespace tune::search
