#include "search/axis.hpp"

#include <algorithm>
#include <cmath>

namespace tune::search {
namespace {

constexpr double kNormalReach = 6;  ///< standard deviations at which a normal domain is cut

const Real* normal(const Domain& domain) {
  const auto* real = std::get_if<Real>(&domain);
  return real != nullptr && real->scale == Scale::normal ? real : nullptr;
}

}  // namespace

Axis::Axis(const Domain& domain) : domain_(&domain), kind_(Kind::line) {
  if (const auto cells = count(domain)) {
    const auto* choice = std::get_if<Choice>(&domain);
    kind_ = choice != nullptr && !choice->ordered ? Kind::category : Kind::lattice;
    size_ = *cells;
  }
  if (normal(domain) != nullptr) prior_deviation_ = 0.5 / kNormalReach;
}

double Axis::place(double column) const {
  if (kind_ == Kind::category) return column;
  if (const Real* real = normal(*domain_)) return (column - real->low) / (real->high - real->low);
  return encode_column(*domain_, column);
}

double Axis::column(double place) const {
  if (kind_ == Kind::category) return place;
  if (const Real* real = normal(*domain_)) {
    return std::clamp(real->low + place * (real->high - real->low), real->low, real->high);
  }
  return decode_column(*domain_, place);
}

double Axis::snap(double place) const {
  return kind_ == Kind::lattice ? encode_column(*domain_, decode_column(*domain_, place)) : place;
}

double Axis::cell(double place) const {
  if (kind_ != Kind::lattice) return 0;
  const Interval cell = search::cell(*domain_, decode_column(*domain_, place));
  return cell.high - cell.low;
}

std::vector<std::size_t> varying(const Space& space) {
  std::vector<std::size_t> varying;
  for (const std::size_t i : space.order()) {
    if (count(space.parameters()[i].domain) != 1u) varying.push_back(i);
  }
  return varying;
}

std::vector<Axis> axes_of(const Space& space, std::span<const std::size_t> parameters) {
  std::vector<Axis> axes;
  for (const std::size_t i : parameters) axes.emplace_back(space.parameters()[i].domain);
  return axes;
}

std::vector<double> places_of(std::span<const double> row, std::span<const std::size_t> parameters,
                              std::span<const Axis> axes) {
  std::vector<double> places;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const double column = row[parameters[i]];
    places.push_back(std::isnan(column) ? column : axes[i].place(column));
  }
  return places;
}

}  // namespace tune::search
