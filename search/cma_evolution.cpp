#include "search/cma_evolution.hpp"

#include <algorithm>
#include <bit>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <limits>

#include "search/margin.hpp"

namespace tune::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFarther = 3;        ///< than sqrt(n) standard deviations no draw is taken to be
constexpr double kMostMargin = 0.45;  ///< of a single coordinate, in a generation of two
constexpr double kChoiceRate = 0.5;   ///< by which choices follow the generation's better half

bool has_coordinate(const Domain& domain) {
  const auto* choice = std::get_if<Choice>(&domain);
  return count(domain) != 1 && (choice == nullptr || choice->ordered);
}

/// For generations of few trials, as a tuning study has. The tutorial's 4 + 3 ln n was measured to
/// be slower on every test function within 200 trials.
Index default_population(Index parameters) {
  return 2 * (2 + static_cast<Index>(0.75 * std::log(static_cast<double>(parameters))));
}

/// A stream that belongs to a trial whoever asked for it, by what it tried.
base::Rng stream_of(const Prefix& prefix, std::size_t trial) {
  double sum = 0;
  for (const double column : prefix.row(trial)) sum += std::isnan(column) ? 0.5 : column;
  return base::Rng(std::bit_cast<std::uint64_t>(sum)).split(trial);
}

/// The cell of a column; those at the ends of the range reach to infinity.
Interval open_cell(const Domain& domain, double column) {
  const Interval inner = cell(domain, column);
  return {inner.low <= 0 ? -kInfinity : inner.low, inner.high >= 1 ? kInfinity : inner.high};
}

}  // namespace

VectorXd standard_normals(Index size, base::Rng& rng) {
  boost::random::normal_distribution<double> normal;
  return VectorXd::NullaryExpr(size, [&] { return normal(rng); });
}

CmaEvolution::CmaEvolution(const Space& space, CmaOptions options)
    : space_(&space), options_(std::move(options)), cma_(VectorXd::Zero(1), 1, 2) {
  for (std::size_t i = 0; i < space.dimensions(); ++i) {
    const Domain& domain = space.parameters()[i].domain;
    if (has_coordinate(domain)) {
      numeric_.push_back({.parameter = i, .discrete = count(domain).has_value()});
    } else if (const auto values = static_cast<Index>(*count(domain)); values > 1) {
      categorical_.push_back({i, VectorXd(values), 0});
    }
  }
  for (Categorical& choice : categorical_) {
    // As in Hamano et al., "CatCMA" (GECCO 2024): with a probability of at least 0.73 no choice of
    // a draw is other than the most probable one, once these have settled.
    const double others = static_cast<double>(choice.probabilities.size()) - 1;
    choice.least = (1 - std::pow(0.73, 1 / static_cast<double>(categorical_.size()))) / others;
  }
  if (options_.population == 0) {
    const std::size_t parameters = numeric_.size() + categorical_.size();
    options_.population =
        default_population(static_cast<Index>(std::max<std::size_t>(1, parameters)));
  }
  // A space of choices alone has one coordinate, which nobody reads.
  begin(VectorXd::Constant(std::max<Index>(1, std::ssize(numeric_)), 0.5), options_.population);
  start_at(options_.start);
}

void CmaEvolution::start_at(const Configuration& values) {
  const auto given = [&](std::size_t parameter) {
    const auto value = values.find(space_->parameters()[parameter].name);
    return value == values.end() ? nullptr : &value->second;
  };
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    const Value* value = given(numeric_[k].parameter);
    if (value == nullptr) continue;
    cma_.move_mean(static_cast<Index>(k),
                   encode(space_->parameters()[numeric_[k].parameter].domain, *value));
  }
  for (Categorical& choice : categorical_) {
    const Value* value = given(choice.parameter);
    if (value == nullptr) continue;
    const double column = to_column(space_->parameters()[choice.parameter].domain, *value);
    choice.probabilities *= 0.5;
    choice.probabilities[static_cast<Index>(column)] += 0.5;
  }
  centres_ = {{first_, cma_.mean()}};
}

void CmaEvolution::begin(VectorXd mean, Index population) {
  cma_ = Cma(std::move(mean), options_.sigma0, population);
  for (Numeric& number : numeric_) number.scale = 1;
  for (Categorical& choice : categorical_) {
    choice.probabilities.setConstant(1 / static_cast<double>(choice.probabilities.size()));
  }
  centres_ = {{first_, cma_.mean()}};
  best_.clear();
}

/// The trials of the generation, the best first.
std::vector<Standing> CmaEvolution::ranked(const Prefix& prefix) const {
  std::vector<Standing> places;
  for (std::size_t trial = first_; trial < last(); ++trial) {
    places.push_back(standing_of(prefix.outcome(trial), trial));
  }
  std::ranges::sort(places);
  return places;
}

/// The y of a trial, as far as its row tells. What it does not tell is drawn from the distribution
/// given what it does: where in its cell a discrete coordinate was (one coordinate after the other,
/// as in the GHK simulator of Geweke, Hajivassiliou and Keane), and the coordinates of inactive
/// parameters, so that these drift by chance alone.
VectorXd CmaEvolution::recall(const Prefix& prefix, std::size_t trial) const {
  const auto row = prefix.row(trial);
  std::vector<Index> order, celled, free;
  VectorXd y(cma_.dimensions());
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    const auto i = static_cast<Index>(k);
    const double column = row[numeric_[k].parameter];
    if (std::isnan(column)) {
      free.push_back(i);
    } else if (numeric_[k].discrete) {
      celled.push_back(i);
    } else {
      const Domain& domain = space_->parameters()[numeric_[k].parameter].domain;
      y[i] = (encode_column(domain, column) - cma_.mean()[i]) / cma_.sigma();
      order.push_back(i);
    }
  }
  if (order.size() == numeric_.size() && !order.empty()) return y;

  const std::size_t exact = order.size();
  order.insert(order.end(), celled.begin(), celled.end());
  order.insert(order.end(), free.begin(), free.end());
  if (numeric_.empty()) order = {0};
  const MatrixXd root = triangular_root(cma_.covariance()(order, order));
  base::Rng rng = stream_of(prefix, trial);
  VectorXd z = standard_normals(y.size(), rng);
  for (std::size_t p = 0; p < order.size(); ++p) {
    const auto row_of = static_cast<Index>(p);
    const Index i = order[p];
    const double given = root.row(row_of).head(row_of).dot(z.head(row_of));
    const double rest = root(row_of, row_of);
    if (p < exact) {
      z[row_of] = (y[i] - given) / rest;
      continue;
    }
    if (p < exact + celled.size()) {
      const Numeric& number = numeric_[static_cast<std::size_t>(i)];
      const Interval reach =
          open_cell(space_->parameters()[number.parameter].domain, row[number.parameter]);
      const auto standard = [&](double unit) {
        return ((unit - cma_.mean()[i]) / (cma_.sigma() * number.scale) - given) / rest;
      };
      z[row_of] = cut_normal({standard(reach.low), standard(reach.high)}, rng.uniform());
    }
    y[i] = given + rest * z[row_of];
  }
  return y;
}

/// The mean that a trial was drawn around.
const VectorXd& CmaEvolution::centre_of(std::size_t trial, std::size_t window) const {
  const std::size_t known = trial + 1 > window ? trial + 1 - window : 0;
  auto centre = centres_.rbegin();
  while (centre + 1 != centres_.rend() && centre->known > known) ++centre;
  return centre->mean;
}

void CmaEvolution::advance(const Prefix& prefix, std::size_t window) {
  const std::vector<Standing> places = ranked(prefix);
  const bool any = places.front().tier != Standing::Tier::failed;
  if (any) {
    MatrixXd ys(cma_.dimensions(), cma_.population());
    const double longest = std::sqrt(static_cast<double>(cma_.dimensions())) + kFarther;
    for (std::size_t p = 0; p < places.size(); ++p) {
      VectorXd y = recall(prefix, places[p].trial);
      // Trials drawn around an earlier mean, as outcomes were pending. Measured from the present
      // mean they would pull it back, measured from their own it overshoots.
      y += 0.5 * (cma_.mean() - centre_of(places[p].trial, window)) / cma_.sigma();
      // Trials that somebody else proposed can lie where nothing is drawn: their direction counts,
      // not their distance (Hansen, "Injecting external solutions into CMA-ES", arXiv 1110.4181).
      const double length = cma_.whiten(y).norm();
      if (length > longest) y *= longest / length;
      ys.col(static_cast<Index>(p)) = y;
    }
    for (Categorical& choice : categorical_) shift(choice, prefix, places);
    cma_.update(ys);
    keep_margins();
  }
  used_ = first_ = last();
  ++generations_;
  if (!any) return;
  if (options_.restarts && converged(places.front().score)) {
    first_ += window - 1;  // those that have been drawn from the old run
    ++restarts_;
    base::Rng rng = stream_of(prefix, places.front().trial);
    const VectorXd mean = VectorXd::NullaryExpr(cma_.dimensions(), [&] { return rng.uniform(); });
    begin(mean, 2 * cma_.population());
    return;
  }
  centres_.push_back({first_, cma_.mean()});
  while (centres_.size() > 1 && centres_[1].known + window <= first_ + 1) centres_.pop_front();
}

void CmaEvolution::shift(Categorical& choice, const Prefix& prefix,
                         std::span<const Standing> places) {
  VectorXd& p = choice.probabilities;
  VectorXd change = VectorXd::Zero(p.size());
  for (std::size_t k = 0; k < places.size(); ++k) {
    const double weight = cma_.weights()[static_cast<Index>(k)];
    const double column = prefix.row(places[k].trial)[choice.parameter];
    if (weight <= 0 || std::isnan(column)) continue;
    change -= weight * p;
    change[static_cast<Index>(column)] += weight;
  }
  // What the least probability gives to some is taken from the surplus of the others.
  p = (p + kChoiceRate * change).cwiseMax(choice.least);
  const double surplus = p.sum() - choice.least * static_cast<double>(p.size());
  p.array() -= (p.sum() - 1) / surplus * (p.array() - choice.least);
}

void CmaEvolution::keep_margins() {
  const double margin =
      std::min(kMostMargin, 1 / static_cast<double>(cma_.dimensions() * cma_.population()));
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    Numeric& number = numeric_[k];
    const auto i = static_cast<Index>(k);
    const double mean = std::clamp(cma_.mean()[i], 0.0, 1.0), deviation = cma_.deviation(i);
    cma_.move_mean(i, mean);
    if (!number.discrete) continue;
    const Domain& domain = space_->parameters()[number.parameter].domain;
    const Marginal law = with_margin({mean, number.scale * deviation},
                                     open_cell(domain, decode_column(domain, mean)), margin);
    number.scale = law.deviation / deviation;
    cma_.move_mean(i, law.mean);
  }
}

/// Is there nothing more to gain near here, after a generation with this best score?
bool CmaEvolution::converged(double best) {
  const auto span = static_cast<std::size_t>(10 + 30 * cma_.dimensions() / cma_.population());
  best_.push_back(best);
  if (best_.size() > span) best_.pop_front();
  if (best_.size() == span && std::ranges::max(best_) - std::ranges::min(best_) < 1e-12)
    return true;
  bool narrow = false, wide = false;
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    const double deviation = cma_.deviation(static_cast<Index>(k));
    if (deviation > 100) return true;  // it has diverged: every draw is an edge of the cube
    if (numeric_[k].discrete) continue;
    (deviation < 1e-11 ? narrow : wide) = true;
  }
  return (narrow && !wide) || cma_.degenerate();
}

}  // namespace tune::search
