#include <algorithm>
#include <cmath>
#include <limits>

#include "search/kept.hpp"
#include "search/pruners/makers.hpp"
#include "search/pruners/reference.hpp"
#include "search/pruners/watching.hpp"

namespace tune::search {
namespace {

/// The losses above which trials end, a row a fold; the last entry holds for all epochs after.
using Limits = std::vector<std::vector<double>>;

class PercentileJudge final : public Judge {
 public:
  PercentileJudge(const Looks& looks, Limits limits) : looks_(looks), limits_(std::move(limits)) {}

  bool ends_after_epoch(std::size_t fold, std::span<const float> curve) const override {
    const std::size_t step = curve.size() - 1;
    if (!looks_.at(step)) return false;
    const double best = least_of(curve);
    if (std::isnan(best)) return true;
    if (fold >= limits_.size()) return false;
    const std::vector<double>& limits = limits_[fold];
    return best > limits[std::min(step, limits.size() - 1)];
  }

 private:
  const Looks looks_;
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
      return std::make_unique<PercentileJudge>(looks_, limits(reference));
    });
  }

 private:
  Limits limits(const Reference& reference) const {
    Limits limits(reference.folds());
    for (std::size_t fold = 0; fold < limits.size(); ++fold) {
      for (std::size_t step = 0; step <= reference.steps(fold); ++step) {
        const SortedValues& values = reference.at(fold, step);
        const bool enough = !values.empty() && values.size() >= least_;
        limits[fold].push_back(enough ? percentile_of(values, percentile_)
                                      : std::numeric_limits<double>::infinity());
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
  return std::make_unique<Percentile>(options, 50.0);
}

std::unique_ptr<const Pruner> make_percentile(const base::Reader& options) {
  return std::make_unique<Percentile>(options, options.real("pruner_percentile"));
}

}  // namespace tune::search
