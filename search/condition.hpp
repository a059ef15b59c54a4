#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "search/base/value.hpp"

namespace tune::search {

/// One comparison of a parameter with a value, or with several for `in`.
struct Comparison {
  enum class Operator { equal, unequal, less, at_most, greater, at_least, in };

  std::string parameter;
  Operator op = Operator::equal;
  std::vector<base::Value> values;

  /// Does it compare which value it is (=, !=, in) rather than how large?
  bool by_identity() const;
};

/// Comparisons that must all hold; none: always true.
struct Condition {
  std::vector<Comparison> all;

  bool always() const { return all.empty(); }
};

/// Does a value pass? Numbers compare as numbers; text only with =, != and in: by size it never
/// passes.
bool holds(const Comparison& comparison, const base::Value& value);
/// False if a parameter that the condition compares is not in the configuration (not active), even
/// for !=.
bool holds(const Condition& condition, const base::Configuration& configuration);

/// Reads `optimizer = sgd`, `n_hidden >= 2 and optimizer in (sgd, adam)`; operators = == != < <= >
/// >= in. Values may be quoted. Throws InputError that says what was expected where.
Condition parse_condition(std::string_view text);
/// The text that parse_condition reads back as the same condition.
std::string to_text(const Condition& condition);
std::string to_text(const Comparison& comparison);

}  // namespace tune::search
