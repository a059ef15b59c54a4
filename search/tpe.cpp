#include "search/tpe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "search/densities.hpp"
#include "search/makers.hpp"
#include "search/origin.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr double kApart = 0.1;  ///< share of the proposals whose parameters are drawn apart
constexpr int kAttempts = 10;   ///< at a proposal that is neither forbidden nor tried

/// Tree-structured Parzen estimators: draws of the density of the good trials, of which the one is
/// proposed where that density is largest beside that of the others.
///
/// Parameters of one condition, which are there always together, make a group. Each group is chosen
/// by its own densities, of the trials in which it was active; with multivariate = no each
/// parameter is a group. Where a proposal is forbidden or has been tried, another is drawn from
/// half as many candidates, which is less greedy, and in the end one at random.
class Tpe final : public Strategy {
 public:
  Tpe(const Setting& setting, const base::Reader& options)
      : setting_(setting),
        untried_(setting.space, "tpe"),
        startup_(static_cast<std::size_t>(options.integer("n_startup_trials"))),
        candidates_(options.integer("n_ei_candidates")),
        density_options_{.gamma = options.real("gamma"),
                         .prior_weight = options.real("prior_weight"),
                         .constant_liar = options.flag("constant_liar")},
        parameters_(varying(setting.space)),
        axes_(axes_of(setting.space, parameters_)) {
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) singles_.push_back({axis});
    groups_ = options.flag("multivariate") ? joint_groups() : singles_;
    densities_.emplace(parameters_, axes_, density_options_);
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    std::string origin = before_model(prefix, startup_);
    if (prefix.known() >= startup_ && !axes_.empty()) {
      const std::lock_guard lock(mutex_);
      if (!densities_->precedes(prefix)) densities_.emplace(parameters_, axes_, density_options_);
      densities_->read(prefix);
      if (densities_->usable()) {
        const std::string model = "its model of " + outcomes_text(prefix);
        if (const auto row = choose(prefix, rng)) {
          return propose(*row, "the most promising draw of " + model);
        }
        origin = beside_model(model);
      }
    }
    const auto row = untried_.draw(prefix, rng);
    return row ? propose(*row, std::move(origin)) : Done{};
  }

  bool adaptive() const override { return true; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  using Group = std::vector<std::size_t>;  ///< axes that are active together
  using Row = std::vector<double>;

  Move propose(const Row& row, std::string origin) const {
    return Proposal{setting_.space.from_row(row), setting_.epochs, {}, {}, std::move(origin)};
  }

  std::vector<Group> joint_groups() const {
    const auto condition = [&](std::size_t axis) {
      std::vector<std::string> texts;
      for (const Comparison& one : setting_.space.parameters()[parameters_[axis]].when.all) {
        texts.push_back(to_text(one));
      }
      std::ranges::sort(texts);
      return texts;
    };
    std::vector<Group> groups;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      const auto found = std::ranges::find_if(
          groups, [&](const Group& group) { return condition(group[0]) == condition(axis); });
      if (found == groups.end()) {
        groups.push_back({axis});
      } else {
        found->push_back(axis);
      }
    }
    return groups;
  }

  /// A row that is neither forbidden nor tried; nothing if no attempt finds one.
  std::optional<Row> choose(const Prefix& prefix, base::Rng& rng) const {
    const Space& space = setting_.space;
    const std::vector<Group>& groups = rng.uniform() < kApart ? singles_ : groups_;
    Eigen::Index candidates = candidates_;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      Row row = choose_row(groups, candidates, rng);
      if (!space.is_forbidden(row) && !prefix.contains(row)) return row;
      candidates = std::max<Eigen::Index>(1, candidates / 2);
    }
    return std::nullopt;
  }

  /// Groups stand in the order of their first parameters, each after what its condition needs; so
  /// do the parameters of a single value, which have no axis.
  Row choose_row(const std::vector<Group>& groups, Eigen::Index candidates, base::Rng& rng) const {
    const Space& space = setting_.space;
    Row row(space.dimensions(), std::numeric_limits<double>::quiet_NaN());
    auto group = groups.begin();
    for (const std::size_t i : space.order()) {
      const Domain& domain = space.parameters()[i].domain;
      if (count(domain) == 1u) {
        if (space.is_active(i, row)) row[i] = column_at(domain, 0);
      } else if (group != groups.end() && parameters_[group->front()] == i) {
        if (space.is_active(i, row)) choose_group(*group, candidates, rng, row);
        ++group;
      }
    }
    return row;
  }

  void choose_group(const Group& group, Eigen::Index candidates, base::Rng& rng, Row& row) const {
    Eigen::ArrayXXd points(group.size(), candidates);
    for (Eigen::Index i = 0; i < candidates; ++i) {
      densities_->good().draw(group, rng, std::span(points.col(i).data(), group.size()));
    }
    Eigen::Index best = 0;
    (densities_->good().log_density(group, points) - densities_->bad().log_density(group, points))
        .maxCoeff(&best);
    for (std::size_t i = 0; i < group.size(); ++i) {
      const double place = points(static_cast<Eigen::Index>(i), best);
      row[parameters_[group[i]]] = axes_[group[i]].column(place);
    }
  }

  const Setting& setting_;
  Untried untried_;
  std::size_t startup_;
  Eigen::Index candidates_;
  DensityOptions density_options_;
  std::vector<std::size_t> parameters_;  ///< those with more than one value, in the space's order
  std::vector<Axis> axes_;               ///< of these
  std::vector<Group> singles_, groups_;
  mutable std::mutex mutex_;
  mutable std::optional<Densities> densities_;  ///< of the prefix seen last
};

}  // namespace

std::vector<base::Key> tpe_keys() {
  return {
      base::integer_key("n_startup_trials", std::int64_t{10}, 1, 1e6,
                        "trials drawn at random before it begins"),
      base::integer_key("n_ei_candidates", std::int64_t{24}, 1, 1e4,
                        "draws of which the most promising one is proposed"),
      base::positive_key("gamma", 0.1, 1, "share of the trials that count as good, at most 25"),
      base::flag_key("multivariate", true, "parameters are modelled together, not one by one"),
      base::positive_key("prior_weight", 1.0, 1e6, "trials that the even prior counts as"),
      base::flag_key("constant_liar", true, "trials that have not ended count as bad ones"),
  };
}

std::unique_ptr<const Strategy> make_tpe(const Setting& setting, const base::Reader& options) {
  return std::make_unique<Tpe>(setting, options);
}

}  // namespace tune::search
