#include "search/axis.hpp"

#include <algorithm>

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

}  // namespace tune::search
