#include "search/domain.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/erf.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

namespace tune::search {
namespace {

constexpr double kBelowOne = 1 - std::numeric_limits<double>::epsilon() / 2;
constexpr double kCut = 6;  ///< standard deviations at which a normal is cut

double clamp_unit(double unit) {
  return unit > 0 ? std::min(unit, kBelowOne) : 0;  // NaN becomes 0
}

double between(double start, double end, double unit) {
  return start + unit * (end - start);
}

std::uint64_t cell_of(double unit, std::uint64_t cells) {
  const auto cell = static_cast<std::uint64_t>(unit * static_cast<double>(cells));
  return std::min(cell, cells - 1);
}

double middle_of(std::uint64_t cell, std::uint64_t cells) {
  return clamp_unit((static_cast<double>(cell) + 0.5) / static_cast<double>(cells));
}

/// The mass of a standard normal below z <= 0.
double lower_tail(double z) {
  return 0.5 * boost::math::erfc(-z / std::numbers::sqrt2);
}

/// Quantiles of the standard normal cut at -/+ kCut, from the nearer tail, which keeps digits.
double cut_normal_quantile(double unit) {
  static const double tail = lower_tail(-kCut);
  const double near = std::min(unit, 1 - unit);
  const double z = -std::numbers::sqrt2 * boost::math::erfc_inv(2 * (tail + near * (1 - 2 * tail)));
  return unit < 0.5 ? z : -z;
}

double cut_normal_mass(double z) {
  static const double tail = lower_tail(-kCut);
  const double near = (lower_tail(-std::abs(z)) - tail) / (1 - 2 * tail);
  return z < 0 ? near : 1 - near;
}

/// low + k * step without the noise of binary fractions: 0.3, not 0.30000000000000004.
double on_step(const Real& real, std::uint64_t k) {
  if (k == 0) return real.low;
  const double value = real.low + static_cast<double>(k) * real.step;
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::scientific, 14)
                       .ptr;
  double rounded = value;
  std::from_chars(digits.data(), end, rounded);
  return std::clamp(rounded, real.low, real.high);
}

// The functions of one kind of domain. Steps: a range whose last step misses high by rounding
// alone, as (1 - 0) / 0.1, includes it.

std::uint64_t cells(const Real& real) {
  const double steps = (real.high - real.low) / real.step;
  return static_cast<std::uint64_t>(std::floor(steps * (1 + 1e-12) + 1e-12)) + 1;
}
std::uint64_t cells(const Integer& integer) {
  return static_cast<std::uint64_t>((integer.high - integer.low) / integer.step) + 1;
}
std::uint64_t cells(const Choice& choice) {
  return choice.values.size();
}

double at(const Real& real, std::uint64_t index) {
  return real.step > 0 ? on_step(real, index) : real.low;
}
double at(const Integer& integer, std::uint64_t index) {
  return static_cast<double>(integer.low + static_cast<std::int64_t>(index) * integer.step);
}
double at(const Choice&, std::uint64_t index) {
  return static_cast<double>(index);
}

std::uint64_t index_in(const Real& real, double column) {
  if (real.step <= 0) return 0;
  const double steps = std::round((column - real.low) / real.step);
  return std::min(static_cast<std::uint64_t>(std::max(steps, 0.0)), cells(real) - 1);
}
std::uint64_t index_in(const Integer& integer, double column) {
  return static_cast<std::uint64_t>((static_cast<std::int64_t>(column) - integer.low) /
                                    integer.step);
}
std::uint64_t index_in(const Choice&, double column) {
  return static_cast<std::uint64_t>(column);
}

double decode_one(const Real& real, double unit) {
  if (real.step > 0) return on_step(real, cell_of(unit, cells(real)));
  if (unit == kBelowOne) return real.high;
  double value = 0;
  switch (real.scale) {
    case Scale::linear:
      value = between(real.low, real.high, unit);
      break;
    case Scale::log:
      value = std::exp(between(std::log(real.low), std::log(real.high), unit));
      break;
    case Scale::normal: {
      const double mean = between(real.low, real.high, 0.5);
      value = mean + (real.high - mean) / kCut * cut_normal_quantile(unit);
      break;
    }
  }
  return std::clamp(value, real.low, real.high);
}
double decode_one(const Integer& integer, double unit) {
  if (!integer.log) return at(integer, cell_of(unit, cells(integer)));
  const auto low = static_cast<double>(integer.low), high = static_cast<double>(integer.high);
  const double exact = std::exp(between(std::log(low - 0.5), std::log(high + 0.5), unit));
  return std::clamp(std::floor(exact + 0.5), low, high);
}
double decode_one(const Choice& choice, double unit) {
  return at(choice, cell_of(unit, cells(choice)));
}

double encode_one(const Real& real, double column) {
  if (real.step > 0) return middle_of(index_in(real, column), cells(real));
  if (real.low == real.high) return 0.5;
  switch (real.scale) {
    case Scale::log: {
      const double start = std::log(real.low);
      return clamp_unit((std::log(column) - start) / (std::log(real.high) - start));
    }
    case Scale::normal: {
      const double mean = between(real.low, real.high, 0.5);
      return clamp_unit(cut_normal_mass((column - mean) * kCut / (real.high - mean)));
    }
    case Scale::linear:
      break;
  }
  return clamp_unit((column - real.low) / (real.high - real.low));
}
double encode_one(const Integer& integer, double column) {
  if (!integer.log) return middle_of(index_in(integer, column), cells(integer));
  const double start = std::log(static_cast<double>(integer.low) - 0.5);
  const double width = std::log(static_cast<double>(integer.high) + 0.5) - start;
  const double middle = 0.5 * (std::log(column - 0.5) + std::log(column + 0.5));
  return clamp_unit((middle - start) / width);
}
double encode_one(const Choice& choice, double column) {
  return middle_of(index_in(choice, column), cells(choice));
}

Interval index_cell(const auto& kind, double column) {
  const auto index = static_cast<double>(index_in(kind, column));
  const auto all = static_cast<double>(cells(kind));
  return {index / all, (index + 1) / all};
}
Interval cell_one(const Real& real, double column) {
  return real.step > 0 ? index_cell(real, column) : Interval{0, 1};
}
Interval cell_one(const Integer& integer, double column) {
  if (!integer.log) return index_cell(integer, column);
  const double start = std::log(static_cast<double>(integer.low) - 0.5);
  const double width = std::log(static_cast<double>(integer.high) + 0.5) - start;
  return {(std::log(column - 0.5) - start) / width, (std::log(column + 0.5) - start) / width};
}
Interval cell_one(const Choice& choice, double column) {
  return index_cell(choice, column);
}

bool contains_one(const Real& real, const Value& value) {
  const double number = base::to_number(value);
  if (!(number >= real.low && number <= real.high)) return false;
  return real.step <= 0 || std::abs(number - at(real, index_in(real, number))) <= 1e-9 * real.step;
}
bool contains_one(const Integer& integer, const Value& value) {
  const double number = base::to_number(value);
  const auto low = static_cast<double>(integer.low), high = static_cast<double>(integer.high);
  if (!(number >= low && number <= high) || number != std::floor(number)) return false;
  return (static_cast<std::int64_t>(number) - integer.low) % integer.step == 0;
}
bool contains_one(const Choice& choice, const Value& value) {
  return std::ranges::any_of(choice.values, [&](const Value& v) { return base::same(v, value); });
}

double to_column_one(const Real& real, const Value& value) {
  const double number = base::to_number(value);
  return real.step > 0 ? at(real, index_in(real, number)) : number;
}
double to_column_one(const Integer&, const Value& value) {
  return base::to_number(value);
}
double to_column_one(const Choice& choice, const Value& value) {
  const auto same = [&](const Value& v) { return base::same(v, value); };
  return static_cast<double>(std::ranges::find_if(choice.values, same) - choice.values.begin());
}

Value from_column_one(const Real&, double column) {
  return column;
}
Value from_column_one(const Integer&, double column) {
  return static_cast<std::int64_t>(column);
}
Value from_column_one(const Choice& choice, double column) {
  return choice.values[static_cast<std::size_t>(column)];
}

}  // namespace

double decode_column(const Domain& domain, double unit) {
  unit = clamp_unit(unit);
  return std::visit([unit](const auto& kind) { return decode_one(kind, unit); }, domain);
}

double encode_column(const Domain& domain, double column) {
  return std::visit([column](const auto& kind) { return encode_one(kind, column); }, domain);
}

Interval cell(const Domain& domain, double column) {
  return std::visit([column](const auto& kind) { return cell_one(kind, column); }, domain);
}

Value decode(const Domain& domain, double unit) {
  return from_column(domain, decode_column(domain, unit));
}

double encode(const Domain& domain, const Value& value) {
  return encode_column(domain, to_column(domain, value));
}

bool contains(const Domain& domain, const Value& value) {
  return std::visit([&value](const auto& kind) { return contains_one(kind, value); }, domain);
}

double to_column(const Domain& domain, const Value& value) {
  return std::visit([&value](const auto& kind) { return to_column_one(kind, value); }, domain);
}

Value from_column(const Domain& domain, double column) {
  return std::visit([column](const auto& kind) { return from_column_one(kind, column); }, domain);
}

std::optional<std::uint64_t> count(const Domain& domain) {
  const auto* real = std::get_if<Real>(&domain);
  if (real != nullptr && real->step <= 0) {
    return real->low == real->high ? std::optional<std::uint64_t>(1) : std::nullopt;
  }
  return std::visit([](const auto& kind) { return cells(kind); }, domain);
}

double column_at(const Domain& domain, std::uint64_t index) {
  return std::visit([index](const auto& kind) { return at(kind, index); }, domain);
}

Value value_at(const Domain& domain, std::uint64_t index) {
  return from_column(domain, column_at(domain, index));
}

std::uint64_t index_of(const Domain& domain, double column) {
  return std::visit([column](const auto& kind) { return index_in(kind, column); }, domain);
}

}  // namespace tune::search
