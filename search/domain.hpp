#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "search/base/value.hpp"

namespace tune::search {

using base::Configuration;
using base::Value;

enum class Scale { linear, log, normal };

/// A real interval, both ends included. On the normal scale low and high are the mean -/+ 6
/// standard deviations, where the distribution is cut. With a step (linear scale only) just
/// low + k * step is drawn, as far as it fits below high.
struct Real {
  double low = 0, high = 1;
  Scale scale = Scale::linear;
  double step = 0;  ///< 0: continuous
};

/// An integer interval within -/+ 2^53, both ends included; on the log scale (from 1, no step) each
/// number has the weight of the interval [k - 1/2, k + 1/2].
struct Integer {
  std::int64_t low = 0, high = 1;
  bool log = false;
  std::int64_t step = 1;
};

/// A list of values; ordered (`ordinal`) where neighbours are alike. One value: a fixed parameter.
struct Choice {
  std::vector<Value> values;
  bool ordered = false;
};

/// Where the values of a parameter come from. Every domain is a bijection with [0, 1), or with its
/// cells, so that most strategies see only a unit cube. The functions are pure.
///
/// A value is kept in tables as its column: one exact number, the value itself or the index of a
/// choice. Columns need no memory and no comparison of text, so the functions on columns are the
/// fast ones.
using Domain = std::variant<Real, Integer, Choice>;

/// Throws InputError on an empty range, a log range that reaches zero, a step that is not positive
/// or wider than the range, an empty or repeated list, a bound that is not finite or (integers)
/// beyond 2^53.
void validate(const Domain& domain);
/// What is wrong with a domain, without its text ("low is above high"); empty if it is valid.
std::string complaint(const Domain& domain);

/// The column at a point of [0, 1); points outside are clamped. The first point is the lower bound
/// of a real, the last one the upper.
double decode_column(const Domain& domain, double unit);
/// The point of a column: decoding it gives the column again (to rounding for continuous reals and
/// for integer ranges of more than 2^50 numbers, or logarithmic ones above 1e12). Values of finite
/// domains are put in the middle of their cell.
double encode_column(const Domain& domain, double column);

/// A stretch of the line.
struct Interval {
  double low, high;
};
/// The part [low, high) of the unit that decodes to a column of a finite domain.
Interval cell(const Domain& domain, double column);

/// The same for values; the value must be contained.
Value decode(const Domain& domain, double unit);
double encode(const Domain& domain, const Value& value);

/// Is the value within the bounds and on the step? Numbers are compared as numbers: 1 is contained
/// in a real domain, 5.0 in an integer one; text only in a choice.
bool contains(const Domain& domain, const Value& value);

/// A contained value as its column, and back. A value of another number type, or next to its step
/// by rounding, comes back as the domain's own.
double to_column(const Domain& domain, const Value& value);
Value from_column(const Domain& domain, double column);

/// The number of values; nothing for a continuous domain.
std::optional<std::uint64_t> count(const Domain& domain);
/// The column and value of an index below count(), in ascending (or listed) order, and back.
double column_at(const Domain& domain, std::uint64_t index);
Value value_at(const Domain& domain, std::uint64_t index);
std::uint64_t index_of(const Domain& domain, double column);

/// Reads a domain as written in a space file: choice(a, b), ordinal(a, b), int(1, 99),
/// int(16, 512, log), int(0, 100, step=5), real(0, 1), real(0, 1, step=0.1), real(a, b, log),
/// reciprocal(a, b), normal(mean, sd); any other text is a fixed value. Text that looks like a
/// number, a call or a list is written in quotes. Throws InputError on what reads like a call but
/// is none of these, and on what validate refuses.
Domain parse_domain(std::string_view text);
/// The text that parse_domain reads back as the same domain.
std::string to_text(const Domain& domain);

}  // namespace tune::search
