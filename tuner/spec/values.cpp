#include "tuner/spec/values.hpp"

#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using base::Key;
using base::Value;

/// The integer that a double stands for, or the double.
Value to_integer(double number) {
  constexpr double exact = 9007199254740992.0;  // 2^53
  const bool whole = number == std::floor(number) && std::abs(number) <= exact;
  return whole ? Value(static_cast<std::int64_t>(number)) : Value(number);
}

}  // namespace

Value normalised(const Key& key, Value value) {
  switch (key.kind) {
    case Key::Kind::integer:
      if (const auto* real = std::get_if<double>(&value)) return to_integer(*real);
      return value;
    case Key::Kind::real:
      if (std::holds_alternative<std::int64_t>(value)) return base::to_number(value);
      return value;
    case Key::Kind::flag:
      if (value == Value(std::string("true"))) return std::string("yes");
      if (value == Value(std::string("false"))) return std::string("no");
      return value;
    case Key::Kind::name:
    case Key::Kind::text:
      return base::to_text(value);
  }
  return value;
}

Value read_value(const Key& key, const std::string& text) {
  const bool number = key.kind == Key::Kind::integer || key.kind == Key::Kind::real;
  return normalised(key, number ? base::parse_value(text) : Value(text));
}

Value normalised(const search::Domain& domain, Value value) {
  if (std::holds_alternative<std::string>(value)) return value;
  if (std::holds_alternative<search::Real>(domain)) return base::to_number(value);
  if (std::holds_alternative<search::Integer>(domain)) return to_integer(base::to_number(value));
  for (const Value& listed : std::get<search::Choice>(domain).values) {
    if (base::same(listed, value)) return listed;
  }
  return value;
}

Value read_for(std::span<const Consumer> consumers, std::string_view name,
               const std::string& text) {
  const Value value = read_value(*find_key(consumers, name), text);
  for (const Consumer& consumer : consumers) {
    const Key* key = base::find_key(consumer.keys, name);
    if (key == nullptr) continue;
    if (const std::string wrong = key->complaint(value); !wrong.empty())
      throw base::InputError(wrong);
  }
  return value;
}

const Key* find_key(std::span<const Consumer> consumers, std::string_view name) {
  for (const Consumer& consumer : consumers) {
    if (const Key* key = base::find_key(consumer.keys, name)) return key;
  }
  return nullptr;
}

std::vector<std::string> names_of(std::span<const Consumer> consumers) {
  std::vector<std::string> names;
  for (const Consumer& consumer : consumers) {
    for (const Key& key : consumer.keys) {
      if (std::ranges::find(names, key.name) == names.end()) names.push_back(key.name);
    }
  }
  return names;
}

}  // namespace tune::tuner
