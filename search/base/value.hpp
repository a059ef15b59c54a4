#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace tune::base {

/// One value of a parameter or an option, from the space file to the model builder.
using Value = std::variant<std::int64_t, double, std::string>;

/// Names and values of one configuration: only the active parameters are in it.
using Configuration = std::map<std::string, Value, std::less<>>;

/// An integer literal becomes std::int64_t, another number double (inf and nan too), all else text.
Value parse_value(std::string_view text);

/// Text that parse_value reads back as the same value: the shortest digits of a double, with a
/// ".0" where it would read as an integer.
std::string to_text(const Value& value);

/// A number as double, for comparing and encoding; NaN for text.
double to_number(const Value& value);

/// Do two values mean the same? Numbers are compared as numbers (1 equals 1.0).
bool same(const Value& a, const Value& b);

/// "learning_rate=0.01 n_hidden=2", in the order of the names.
std::string to_text(const Configuration& configuration);

}  // namespace tune::base
