#include "search/space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "search/space_check.hpp"

namespace tune::search {
namespace {

constexpr double kInactive = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Space::Space(std::vector<Parameter> parameters, std::vector<Condition> forbidden)
    : parameters_(std::move(parameters)),
      forbidden_(std::move(forbidden)),
      order_(check_space(parameters_, forbidden_)),
      by_name_(parameters_.size()) {
  std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
  std::ranges::sort(
      by_name_, {}, [&](std::size_t i) -> const auto& { return parameters_[i].name; });
  for (const Parameter& parameter : parameters_) when_.push_back(compile(parameter.when));
  for (const Condition& condition : forbidden_) forbids_.push_back(compile(condition));
}

Space::Tests Space::compile(const Condition& condition) const {
  Tests tests;
  for (const Comparison& comparison : condition.all) {
    Test test{*find(comparison.parameter), comparison, {}};
    if (const auto* choice = std::get_if<Choice>(&parameters_[test.parameter].domain)) {
      for (const Value& value : choice->values) test.passes.push_back(holds(comparison, value));
    }
    tests.push_back(std::move(test));
  }
  return tests;
}

bool Space::pass(const Tests& tests, std::span<const double> row) {
  return std::ranges::all_of(tests, [&](const Test& test) {
    const double column = row[test.parameter];
    if (std::isnan(column)) return false;
    if (!test.passes.empty()) return bool{test.passes[static_cast<std::size_t>(column)]};
    return holds(test.comparison, Value(column));
  });
}

std::optional<std::size_t> Space::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  if (found == parameters_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - parameters_.begin());
}

Configuration Space::decode(std::span<const double> point) const {
  std::vector<double> row(dimensions());
  decode_row(point, row);
  return from_row(row);
}

void Space::decode_row(std::span<const double> point, std::span<double> row) const {
  for (const std::size_t i : order_) {
    row[i] = pass(when_[i], row) ? decode_column(parameters_[i].domain, point[i]) : kInactive;
  }
}

std::vector<double> Space::encode(const Configuration& configuration) const {
  std::vector<double> point(dimensions());
  encode_row(to_row(configuration), point);
  return point;
}

void Space::encode_row(std::span<const double> row, std::span<double> point) const {
  for (std::size_t i = 0; i < dimensions(); ++i) {
    point[i] = std::isnan(row[i]) ? 0.5 : encode_column(parameters_[i].domain, row[i]);
  }
}

std::string Space::why_not(const Configuration& configuration) const {
  for (const auto& [name, value] : configuration) {
    if (find(name)) continue;
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters_) names.push_back(parameter.name);
    return name + ": no such parameter" + base::suggestion(name, names);
  }
  for (const std::size_t i : order_) {
    const Parameter& parameter = parameters_[i];
    const auto given = configuration.find(parameter.name);
    if (!holds(parameter.when, configuration)) {
      if (given == configuration.end()) continue;
      return parameter.name + ": is given, but there only when " + to_text(parameter.when);
    }
    if (given == configuration.end()) return parameter.name + ": is missing";
    if (!search::contains(parameter.domain, given->second)) {
      return parameter.name + ": " + base::to_text(given->second) +
             " is not one of its values: " + to_text(parameter.domain);
    }
  }
  for (const Condition& condition : forbidden_) {
    if (holds(condition, configuration)) return "forbidden: " + to_text(condition);
  }
  return {};
}

void Space::require(const Configuration& configuration) const {
  if (const std::string wrong = why_not(configuration); !wrong.empty()) {
    throw base::InputError(wrong);
  }
}

bool Space::contains(const Configuration& configuration) const {
  return why_not(configuration).empty();
}

bool Space::is_forbidden(const Configuration& configuration) const {
  return std::ranges::any_of(
      forbidden_, [&](const Condition& condition) { return holds(condition, configuration); });
}

bool Space::is_forbidden(std::span<const double> row) const {
  return std::ranges::any_of(forbids_, [&](const Tests& tests) { return pass(tests, row); });
}

std::vector<double> Space::to_row(const Configuration& configuration) const {
  std::vector<double> row(dimensions());
  to_row(configuration, row);
  return row;
}

void Space::to_row(const Configuration& configuration, std::span<double> row) const {
  // Both are sorted by name: one pass, no searching.
  auto next = configuration.begin();
  for (const std::size_t i : by_name_) {
    const Parameter& parameter = parameters_[i];
    int order = -1;
    while (next != configuration.end() && (order = next->first.compare(parameter.name)) < 0) ++next;
    const bool given = next != configuration.end() && order == 0;
    row[i] = given ? to_column(parameter.domain, next->second) : kInactive;
  }
}

Configuration Space::from_row(std::span<const double> row) const {
  Configuration configuration;
  for (const std::size_t i : by_name_) {
    if (std::isnan(row[i])) continue;
    const Parameter& parameter = parameters_[i];
    configuration.emplace_hint(configuration.end(), parameter.name,
                               from_column(parameter.domain, row[i]));
  }
  return configuration;
}

bool Space::is_finite() const {
  return std::ranges::all_of(parameters_,
                             [](const Parameter& p) { return count(p.domain).has_value(); });
}

void Space::start_from(std::size_t position, std::span<double> row) const {
  for (; position < order_.size(); ++position) {
    const std::size_t i = order_[position];
    row[i] = pass(when_[i], row) ? column_at(parameters_[i].domain, 0) : kInactive;
  }
}

void Space::first_row(std::span<double> row) const {
  start_from(0, row);
}

bool Space::next_row(std::span<double> row) const {
  for (std::size_t position = order_.size(); position-- > 0;) {
    const std::size_t i = order_[position];
    if (std::isnan(row[i])) continue;
    const Domain& domain = parameters_[i].domain;
    const std::uint64_t next = index_of(domain, row[i]) + 1;
    if (next == count(domain)) continue;
    row[i] = column_at(domain, next);
    start_from(position + 1, row);
    return true;
  }
  return false;
}

std::optional<std::vector<std::vector<double>>> Space::enumerate(std::size_t limit) const {
  if (!is_finite()) return std::nullopt;
  std::vector<std::vector<double>> rows;
  std::vector<double> row(dimensions());
  first_row(row);
  std::size_t combinations = 0;
  do {
    if (++combinations > limit) return std::nullopt;
    if (!is_forbidden(row)) rows.push_back(row);
  } while (next_row(row));
  return rows;
}

}  // namespace tune::search
