#include <algorithm>
#include <cmath>
#include <limits>

#include "search/base/text.hpp"
#include "search/kept.hpp"
#include "search/pruners/makers.hpp"
#include "search/pruners/reference.hpp"
#include "search/pruners/watching.hpp"

namespace tune::search {
namespace {

constexpr double kMedian = 50;

/// The loss above which trials end, and how many values it is made of.
struct Limit {
  double loss;
  std::size_t values;
};
/// A row a fold; the last entry holds for all epochs after.
using Limits = std::vector<std::vector<Limit>>;

class PercentileJudge final : public Judge {
 public:
  PercentileJudge(const Looks& looks, double percentile, Limits limits)
      : looks_(looks), percentile_(percentile), limits_(std::move(limits)) {}

  Verdict ends_after_epoch(std::size_t fold, std::span<const float> curve) const override {
    const std::size_t step = curve.size() - 1;
    if (!looks_.at(step)) return std::nullopt;
    const double best = least_of(curve);
    if (std::isnan(best)) return name() + ": it has had no validation loss that is a number";
    if (fold >= limits_.size()) return std::nullopt;
    const std::vector<Limit>& limits = limits_[fold];
    const Limit& limit = limits[std::min(step, limits.size() - 1)];
    if (!(best > limit.loss)) return std::nullopt;
    return name() + ": its best validation loss so far, " + base::short_number(best) +
           ", is above " + base::short_number(limit.loss) + ", " + limit_text() + " of " +
           base::counted(limit.values, "trial") + " at that epoch";
  }

 private:
  std::string name() const { return percentile_ == kMedian ? "median" : "percentile"; }
  std::string limit_text() const {
    return percentile_ == kMedian ? "the median" : "percentile " + base::short_number(percentile_);
  }

  const Looks looks_;
  const double percentile_;
  const Limits limits_;
};

/// Optuna's PercentilePruner for a loss, whose steps are epochs from 0.
class Percentile final : public Pruner {
 public:
  Percentile(const base::Reader& options, double percentile)
      : looks_(options),
        percentile_(percentile),
        startup_(static_cast<std::size_t>(options.integer("pruner_n_startup_trials"))),
        least_(static_cast<std::size_t>(options.integer("pruner_n_min_trials"))) {}

  std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds&) const override {
    return kept_.with(prefix, [&](const Reference& reference) -> std::unique_ptr<const Judge> {
      if (reference.trials() == 0 || reference.trials() < startup_) return nullptr;
      return std::make_unique<PercentileJudge>(looks_, percentile_, limits(reference));
    });
  }

 private:
  Limits limits(const Reference& reference) const {
    Limits limits(reference.folds());
    for (std::size_t fold = 0; fold < limits.size(); ++fold) {
      for (std::size_t step = 0; step <= reference.steps(fold); ++step) {
        const SortedValues& values = reference.at(fold, step);
        const bool enough = !values.empty() && values.size() >= least_;
        limits[fold].push_back(
            {enough ? percentile_of(values, percentile_) : std::numeric_limits<double>::infinity(),
             values.size()});
      }
    }
    return limits;
  }

  const Looks looks_;
  const double percentile_;
  const std::size_t startup_, least_;
  Kept<Reference> kept_;
};

}  // namespace

std::vector<base::Key> median_keys() {
  std::vector<base::Key> keys = {
      base::integer_key("pruner_n_startup_trials", std::int64_t{5}, 0, 1e6,
                        "trials that have to have all their epochs before any is ended")};
  for (base::Key& key : Looks::keys()) keys.push_back(std::move(key));
  keys.push_back(base::integer_key("pruner_n_min_trials", std::int64_t{1}, 1, 1e6,
                                   "values of earlier trials that an epoch needs to be judged"));
  return keys;
}

std::vector<base::Key> percentile_keys() {
  std::vector<base::Key> keys = median_keys();
  keys.insert(keys.begin(), base::real_key("pruner_percentile", 25.0, 0, 100,
                                           "share of the earlier trials, in percent, that may go "
                                           "on: 25 keeps those as good as the best quarter"));
  return keys;
}

std::unique_ptr<const Pruner> make_median(const base::Reader& options) {
  return std::make_unique<Percentile>(options, kMedian);
}

std::unique_ptr<const Pruner> make_percentile(const base::Reader& options) {
  return std::make_unique<Percentile>(options, options.real("pruner_percentile"));
}

}  // namespace tune::search
