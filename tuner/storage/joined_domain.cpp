#include "tuner/storage/joined_domain.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using search::Choice;
using search::Integer;
using search::Real;

Real joined_kind(const Real& a, const Real& b) {
  Real both{std::min(a.low, b.low), std::max(a.high, b.high)};
  if (a.scale == b.scale) both.scale = a.scale;
  if (a.step == b.step && a.low == b.low) both.step = a.step;
  return both;
}

Integer joined_kind(const Integer& a, const Integer& b) {
  Integer both{std::min(a.low, b.low), std::max(a.high, b.high), a.log && b.log};
  if (a.step == b.step && (a.low - b.low) % a.step == 0) both.step = a.step;
  return both;
}

Choice joined_kind(const Choice& a, const Choice& b) {
  Choice both = a;
  for (const base::Value& value : b.values) {
    const auto same = [&](const base::Value& one) { return base::same(one, value); };
    if (std::ranges::none_of(both.values, same)) both.values.push_back(value);
  }
  return both;
}

}  // namespace

search::Domain joined(const search::Domain& a, const search::Domain& b) {
  if (a.index() != b.index()) {
    throw base::InputError("is " + search::to_text(a) + " in some trials, " + search::to_text(b) +
                           " in others");
  }
  return std::visit(
      [&]<class Kind>(const Kind& kind) -> search::Domain {
        return joined_kind(kind, std::get<Kind>(b));
      },
      a);
}

search::Domain validated(const search::Domain& domain) {
  if (const auto* real = std::get_if<Real>(&domain); real != nullptr && real->low == real->high) {
    return Choice{{real->low}};
  }
  const auto* integer = std::get_if<Integer>(&domain);
  if (integer != nullptr && integer->low == integer->high) return Choice{{integer->low}};
  return domain;
}

}  // namespace tune::tuner
