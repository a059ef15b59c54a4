#include "search/kde.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "search/cut_normal.hpp"

namespace tune::search {
namespace {

double deviation(const Eigen::ArrayXd& values) {
  return std::sqrt((values - values.mean()).square().mean());
}

double even_bandwidth(std::size_t categories) {
  const auto c = static_cast<double>(categories);
  return (c - 1) / c;
}

double draw_place(const Axis& axis, base::Rng& rng) {
  if (axis.kind() != Axis::Kind::category) return axis.snap(rng.uniform());
  return rng.below(static_cast<std::uint32_t>(axis.size()));
}

}  // namespace

Kde::Kde(std::span<const Axis> axes, Eigen::ArrayXXd observations, double min_bandwidth)
    : axes_(axes), observations_(observations.transpose()) {
  const auto n = static_cast<double>(observations_.rows());
  const double scale = 1.06 * std::pow(n, -1 / (4 + static_cast<double>(axes.size())));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    double h = scale * deviation(observations_.col(static_cast<Eigen::Index>(i)));
    h = std::max(h, min_bandwidth);
    if (axes[i].kind() == Axis::Kind::category) h = std::min(h, even_bandwidth(axes[i].size()));
    bandwidths_.push_back(h);
  }
}

Eigen::ArrayXd Kde::log_density(const Eigen::ArrayXXd& points) const {
  Eigen::ArrayXd densities(points.cols()), terms(observations_.rows());
  for (Eigen::Index p = 0; p < points.cols(); ++p) {
    terms.setZero();
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
      const auto axis = static_cast<std::size_t>(i);
      const double h = bandwidths_[axis];
      if (axes_[axis].kind() == Axis::Kind::category) {
        const double others = static_cast<double>(axes_[axis].size()) - 1;
        terms += (observations_.col(i) == points(i, p))
                     .select(Eigen::ArrayXd::Constant(terms.size(), std::log(1 - h)),
                             std::log(h / others));
      } else {
        terms -= 0.5 * ((observations_.col(i) - points(i, p)) / h).square() +
                 std::log(h * std::sqrt(2 * std::numbers::pi));
      }
    }
    const double largest = terms.maxCoeff();
    densities[p] = largest + std::log((terms - largest).exp().mean());
  }
  return densities;
}

void Kde::draw(double factor, base::Rng& rng, std::span<double> point) const {
  const Eigen::Index near = rng.below(static_cast<std::uint32_t>(observations_.rows()));
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const double centre = observations_(near, static_cast<Eigen::Index>(i)), h = bandwidths_[i];
    if (axes_[i].kind() != Axis::Kind::category) {
      point[i] = draw_inside(centre, factor * h, rng);
    } else {
      const bool any = rng.uniform() < h;
      point[i] = any ? rng.below(static_cast<std::uint32_t>(axes_[i].size())) : centre;
    }
  }
}

Eigen::ArrayXXd impute(std::span<const Axis> axes, const Eigen::ArrayXXd& observations,
                       base::Rng& rng) {
  Eigen::ArrayXXd filled = observations;
  std::vector<std::vector<Eigen::Index>> having(axes.size());  // by axis
  for (Eigen::Index i = 0; i < filled.cols(); ++i) {
    for (Eigen::Index axis = 0; axis < filled.rows(); ++axis) {
      if (!std::isnan(filled(axis, i))) having[static_cast<std::size_t>(axis)].push_back(i);
    }
  }
  for (Eigen::Index i = 0; i < filled.cols(); ++i) {
    for (Eigen::Index axis = 0; axis < filled.rows(); ++axis) {
      if (!std::isnan(filled(axis, i))) continue;
      const std::vector<Eigen::Index>& donors = having[static_cast<std::size_t>(axis)];
      if (donors.empty()) {
        filled(axis, i) = draw_place(axes[static_cast<std::size_t>(axis)], rng);
        continue;
      }
      const Eigen::Index donor = donors[rng.below(static_cast<std::uint32_t>(donors.size()))];
      for (Eigen::Index other = axis; other < filled.rows(); ++other) {
        if (std::isnan(filled(other, i))) filled(other, i) = observations(other, donor);
      }
    }
  }
  return filled;
}

}  // namespace tune::search
