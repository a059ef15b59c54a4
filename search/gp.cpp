#include "search/gp.hpp"

#include <memory>
#include <mutex>
#include <numeric>

#include "search/acquisition_search.hpp"
#include "search/makers.hpp"
#include "search/origin.hpp"
#include "search/surrogate.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kElite = 4;

/// Bayesian optimisation: random draws at first, then always the trial whose expected improvement
/// under a Gaussian process of the scores is largest.
class Gp final : public Strategy {
 public:
  Gp(const Setting& setting, std::size_t startup, bool cost_aware)
      : setting_(setting),
        untried_(setting.space, "gp"),
        embedding_(setting.space),
        startup_(startup),
        cost_aware_(cost_aware) {}

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    std::string origin = before_model(prefix, startup_);
    if (const auto surrogate = learned(prefix)) {
      const std::string model = "its Gaussian process of " + outcomes_text(prefix);
      if (const auto row = improving(*surrogate, prefix, rng)) {
        return propose(*row, (cost_aware_ ? "most improvement per cost expected by "
                                          : "most improvement expected by ") +
                                 model);
      }
      origin = beside_model(model);
    }
    const auto row = untried_.draw(prefix, rng);
    return row ? propose(*row, std::move(origin)) : Move(Done{});
  }

  bool adaptive() const override { return true; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  Move propose(std::span<const double> row, std::string origin) const {
    return Proposal{setting_.space.from_row(row), setting_.epochs, {}, {}, std::move(origin)};
  }

  /// Null while there is too little to learn from.
  std::shared_ptr<const Surrogate> learned(const Prefix& prefix) const {
    if (prefix.known() < startup_ || embedding_.size() == 0) return nullptr;
    return latest(prefix);
  }

  /// Nothing if all that it finds has been tried.
  std::optional<std::vector<double>> improving(const Surrogate& surrogate, const Prefix& prefix,
                                               base::Rng& rng) const {
    const Acquisition acquisition = surrogate.acquisition(prefix);
    return AcquisitionSearch(embedding_, acquisition, prefix)
        .best(surrogate.elite(prefix, kElite), rng);
  }

  /// The surrogate with the trials of the prefix; null if fewer than two of them have a score. The
  /// last one is kept: the next ask extends it, until kernels are to be fitted again.
  std::shared_ptr<const Surrogate> latest(const Prefix& prefix) const {
    const std::size_t fitted = Surrogate::fit_point(prefix.known());
    const std::lock_guard lock(mutex_);
    if (!kept_ || identity_ != prefix.identity() || fitted_ != fitted) {
      kept_.reset();
      std::vector<std::size_t> trials(fitted);
      std::iota(trials.begin(), trials.end(), std::size_t{0});
      if (!learnable(prefix, trials)) return nullptr;
      kept_ = std::make_shared<Surrogate>(embedding_, prefix, fitted,
                                          cost_aware_ ? setting_.cost : CostOf());
      identity_ = prefix.identity();
      fitted_ = fitted;
    }
    // Others may be reading the one that is kept.
    if (kept_.use_count() > 1) kept_ = std::make_shared<Surrogate>(*kept_);
    kept_->extend(prefix);
    return kept_;
  }

  const Setting& setting_;
  Untried untried_;
  Embedding embedding_;
  std::size_t startup_;
  bool cost_aware_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<Surrogate> kept_;  ///< of the prefix and fit below
  mutable std::uint64_t identity_ = 0;
  mutable std::size_t fitted_ = 0;
};

}  // namespace

std::vector<base::Key> gp_keys() {
  return {base::integer_key("n_startup_trials", std::int64_t{5}, 2, 1e6,
                            "outcomes of random draws before it begins"),
          base::flag_key("cost_aware", false,
                         "improvement per cost: parameters of the network x rows x epochs")};
}

std::unique_ptr<const Strategy> make_gp(const Setting& setting, const base::Reader& options) {
  return std::make_unique<Gp>(setting,
                              static_cast<std::size_t>(options.integer("n_startup_trials")),
                              options.flag("cost_aware"));
}

}  // namespace tune::search
