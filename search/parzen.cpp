#include "search/parzen.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "search/cut_normal.hpp"

namespace tune::search {
namespace {

constexpr Eigen::Index kBlock = 512;  ///< kernels at a time, whose numbers fit the caches
constexpr double kNegligible = 40;    ///< e to the minus 40 of a sum is left out
using Block = Eigen::Array<float, Eigen::Dynamic, 1, Eigen::ColMajor, kBlock, 1>;

/// Makes room for a slot: as much for the same slots, whatever the order they came in, because sums
/// depend on the length to the last bit.
void fit(Eigen::ArrayXf& column, std::uint32_t slot, float fill) {
  constexpr Eigen::Index kStep = 32;
  const Eigen::Index old = column.size(), size = (slot / kStep + 1) * kStep;
  if (size <= old) return;
  column.conservativeResize(size);
  column.tail(size - old).setConstant(fill);
}

}  // namespace

bool Kernels::has(std::uint32_t slot) const {
  return slot < columns_.log_scale.size() && columns_.log_scale[slot] != kEmpty;
}

double Kernels::deviation(std::uint32_t slot) const {
  return 1 / (std::numbers::sqrt2 * columns_.precision[slot]);
}

void Kernels::insert(std::uint32_t slot, double place) {
  for (Eigen::ArrayXf* column : {&columns_.centre, &columns_.precision, &columns_.log_scale}) {
    fit(*column, slot, kEmpty);
  }
  // Rounded, so that the slot is found again by its centre.
  const Place added{static_cast<float>(place), slot};
  const auto at = std::ranges::lower_bound(sorted_, added);
  const auto i = static_cast<std::size_t>(at - sorted_.begin());
  sorted_.insert(at, added);
  columns_.centre[slot] = added.at;
  for (std::size_t k = i == 0 ? 0 : i - 1; k < std::min(i + 2, size()); ++k) refresh(k);
}

void Kernels::erase(std::uint32_t slot) {
  const std::size_t i = position(slot);
  sorted_.erase(sorted_.begin() + static_cast<std::ptrdiff_t>(i));
  columns_.log_scale[slot] = kEmpty;
  for (std::size_t k = i == 0 ? 0 : i - 1; k < std::min(i + 1, size()); ++k) refresh(k);
}

void Kernels::set_least(double least) {
  if (least == least_) return;
  least_ = least;
  for (std::size_t i = 0; i < size(); ++i) refresh(i);
}

std::size_t Kernels::position(std::uint32_t slot) const {
  const Place place{columns_.centre[slot], slot};
  return static_cast<std::size_t>(std::ranges::lower_bound(sorted_, place) - sorted_.begin());
}

/// Makes kernel i anew from its neighbours. The first and the last one have one neighbour, a single
/// one has the ends of the range.
void Kernels::refresh(std::size_t i) {
  const auto [at, slot] = sorted_[i];
  if (axis_->kind() == Axis::Kind::category) {
    columns_.log_scale[slot] = 0;
    return;
  }
  const bool alone = size() == 1;
  const double left = i > 0 ? at - sorted_[i - 1].at : alone ? at : 0;
  const double right = i + 1 < size() ? sorted_[i + 1].at - at : alone ? 1 - at : 0;
  const double most = axis_->prior_deviation();
  const double least = std::max(least_, 0.5 * axis_->cell(at));
  const double deviation = std::min(std::max({left, right, least}), most);
  columns_.precision[slot] = static_cast<float>(1 / (std::numbers::sqrt2 * deviation));
  columns_.log_scale[slot] = static_cast<float>(log_density_at_centre(at, deviation));
}

Parzen::Parzen(std::span<const Axis> axes, double prior_weight)
    : axes_(axes), prior_weight_(prior_weight) {
  for (const Axis& axis : axes) kernels_.emplace_back(axis);
}

void Parzen::insert(std::uint32_t slot, std::span<const double> places) {
  fit(weights_, slot, 1);
  fit(log_weights_, slot, 0);
  weights_[slot] = 1;
  log_weights_[slot] = 0;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (!std::isnan(places[axis])) kernels_[axis].insert(slot, places[axis]);
  }
}

void Parzen::erase(std::uint32_t slot) {
  for (Kernels& kernels : kernels_) {
    if (kernels.has(slot)) kernels.erase(slot);
  }
}

void Parzen::set_least(double least) {
  for (Kernels& kernels : kernels_) kernels.set_least(least);
}

void Parzen::set_weights(const Eigen::ArrayXf& weights) {
  const Eigen::Index size = std::min(weights.size(), weights_.size());
  weights_.head(size) = weights.head(size);
  log_weights_.head(size) = weights_.head(size).log();
}

double Parzen::total_weight(const Kernels& kernels) const {
  const Eigen::ArrayXf& scale = kernels.columns().log_scale;
  return prior_weight_ + (scale == Kernels::kEmpty).select(0, weights_.head(scale.size())).sum();
}

double Parzen::log_prior(std::size_t axis, double place) const {
  if (axes_[axis].kind() == Axis::Kind::category) {
    return -std::log(static_cast<double>(axes_[axis].size()));
  }
  const double deviation = axes_[axis].prior_deviation(), z = (place - 0.5) / deviation;
  return log_density_at_centre(0.5, deviation) - 0.5 * z * z;
}

void Parzen::draw(std::span<const std::size_t> axes, base::Rng& rng,
                  std::span<double> places) const {
  const Kernels& first = kernels_[axes[0]];
  const auto n = static_cast<double>(first.size());
  double left = rng.uniform() * total_weight(first);
  std::size_t pick = 0;
  while (pick < first.size() && left >= weights_[first.slot(pick)]) {
    left -= weights_[first.slot(pick++)];
  }
  const bool prior = pick == first.size();
  const std::uint32_t slot = prior ? 0 : first.slot(pick);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Axis& axis = axes_[axes[i]];
    const Kernels& kernels = kernels_[axes[i]];
    if (axis.kind() == Axis::Kind::category) {
      // The kernel is 1 at its category and `extra` everywhere, over their sum.
      const double extra = prior_weight_ / (n + 1), size = static_cast<double>(axis.size());
      const bool any = prior || rng.uniform() * (1 + extra * size) >= 1;
      places[i] =
          any ? rng.below(static_cast<std::uint32_t>(axis.size())) : kernels.columns().centre[slot];
    } else if (prior) {
      places[i] = axis.snap(draw_inside(0.5, axis.prior_deviation(), rng));
    } else {
      places[i] =
          axis.snap(draw_inside(kernels.columns().centre[slot], kernels.deviation(slot), rng));
    }
  }
}

Eigen::ArrayXd Parzen::log_density(std::span<const std::size_t> axes,
                                   const Eigen::ArrayXXd& points) const {
  const auto n = static_cast<double>(kernels_[axes[0]].size());
  const double extra = prior_weight_ / (n + 1);
  // The sum at each point, over the exponential of the largest term so far.
  Eigen::ArrayXd largest(points.cols()), sums = Eigen::ArrayXd::Ones(points.cols());
  for (Eigen::Index p = 0; p < points.cols(); ++p) {
    largest[p] = std::log(prior_weight_);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      largest[p] += log_prior(axes[i], points(static_cast<Eigen::Index>(i), p));
    }
  }
  Block constant, exponent;
  const Eigen::Index slots = kernels_[axes[0]].columns().log_scale.size();
  for (Eigen::Index start = 0; start < slots; start += kBlock) {
    const Eigen::Index count = std::min(kBlock, slots - start);
    constant = log_weights_.segment(start, count);
    for (const std::size_t axis : axes) {
      constant += kernels_[axis].columns().log_scale.segment(start, count);
    }
    for (Eigen::Index p = 0; p < points.cols(); ++p) {
      exponent = constant;
      for (std::size_t i = 0; i < axes.size(); ++i) {
        const Kernels::Columns& columns = kernels_[axes[i]].columns();
        const auto x = static_cast<float>(points(static_cast<Eigen::Index>(i), p));
        const auto centre = columns.centre.segment(start, count);
        if (axes_[axes[i]].kind() == Axis::Kind::category) {
          const double sum = 1 + extra * static_cast<double>(axes_[axes[i]].size());
          const auto hit = static_cast<float>(std::log((1 + extra) / sum));
          exponent +=
              (centre == x)
                  .select(Block::Constant(count, hit), static_cast<float>(std::log(extra / sum)));
        } else {
          exponent -= ((x - centre) * columns.precision.segment(start, count)).square();
        }
      }
      const double most = exponent.maxCoeff();
      if (most < largest[p] - kNegligible) continue;
      if (most > largest[p]) {
        sums[p] *= std::exp(largest[p] - most);
        largest[p] = most;
      }
      sums[p] += (exponent - static_cast<float>(largest[p])).exp().sum();
    }
  }
  return largest + sums.log() - std::log(total_weight(kernels_[axes[0]]));
}

}  // namespace tune::search
