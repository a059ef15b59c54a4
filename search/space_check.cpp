#include "search/space_check.hpp"

#include <algorithm>

#include "search/literal.hpp"

namespace tune::search {
namespace {

using Part = SpaceError::Part;
using Parameters = std::span<const Parameter>;

std::vector<std::string> names_of(Parameters parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::optional<std::size_t> find(Parameters parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  if (found == parameters.end()) return std::nullopt;
  return static_cast<std::size_t>(found - parameters.begin());
}

std::string unknown_value(const Comparison& comparison, const Value& value, const Domain& domain) {
  std::string message = literal(value) + " is not one of its values: " + to_text(domain);
  if (const auto* choice = std::get_if<Choice>(&domain)) {
    std::vector<std::string> names;
    for (const Value& known : choice->values) names.push_back(literal(known));
    const std::string hint = base::suggestion(literal(value), names);
    if (hint.starts_with("; did")) message += hint;
  }
  return "'" + to_text(comparison) + "': " + message;
}

/// What is wrong with a comparison; empty: nothing.
std::string complaint(const Comparison& comparison, Parameters parameters) {
  const auto index = find(parameters, comparison.parameter);
  if (!index) {
    return "condition on '" + comparison.parameter + "': no such parameter" +
           base::suggestion(comparison.parameter, names_of(parameters));
  }
  const Domain& domain = parameters[*index].domain;
  if (comparison.values.empty()) {
    return "condition on '" + comparison.parameter + "' compares with nothing";
  }
  if (count(domain) == 1) return {};  // pinned: the condition is decided
  if (!comparison.by_identity()) {
    const bool number = !std::holds_alternative<std::string>(comparison.values[0]);
    const auto* choice = std::get_if<Choice>(&domain);
    const bool numbers =
        choice == nullptr || std::ranges::any_of(choice->values, [](const Value& v) {
          return !std::holds_alternative<std::string>(v);
        });
    if (number && numbers) return {};
    return "'" + to_text(comparison) + "': text is compared only with =, != and in";
  }
  for (const Value& value : comparison.values) {
    if (!contains(domain, value)) return unknown_value(comparison, value, domain);
  }
  return {};
}

void check_parameter(Parameters parameters, std::size_t index) {
  const Parameter& parameter = parameters[index];
  const auto fail = [&](const std::string& why) {
    throw SpaceError(Part::parameter, index, parameter.name + ": " + why);
  };
  if (parameter.name.empty()) {
    throw SpaceError(Part::parameter, index, "a parameter has no name");
  }
  if (*find(parameters, parameter.name) != index) fail("stands in the space twice");
  if (const std::string wrong = complaint(parameter.domain); !wrong.empty()) {
    fail(to_text(parameter.domain) + ": " + wrong);
  }
}

void check_forbid(Parameters parameters, const Condition& condition, std::size_t index) {
  const auto fail = [&](const std::string& why) {
    throw SpaceError(Part::forbid, index, "forbid: " + why);
  };
  if (condition.always()) fail("rules out everything");
  for (const Comparison& comparison : condition.all) {
    if (const std::string wrong = complaint(comparison, parameters); !wrong.empty()) fail(wrong);
  }
}

/// The parameters from `start` along the first condition that is not decided, back to one that was
/// there: "a -> b -> a".
std::string circle(Parameters parameters, const std::vector<bool>& placed, std::size_t start) {
  std::vector<std::size_t> path{start};
  for (;;) {
    const auto& all = parameters[path.back()].when.all;
    const auto next = std::ranges::find_if(
        all, [&](const Comparison& c) { return !placed[*find(parameters, c.parameter)]; });
    const std::size_t index = *find(parameters, next->parameter);
    const bool closed = std::ranges::find(path, index) != path.end();
    path.push_back(index);
    if (!closed) continue;
    std::string text;
    for (auto step = std::ranges::find(path, index); step != path.end(); ++step) {
      text += (text.empty() ? "" : " -> ") + parameters[*step].name;
    }
    return text;
  }
}

std::vector<std::size_t> order_of(Parameters parameters) {
  std::vector<std::size_t> order;
  std::vector<bool> placed(parameters.size());
  const auto ready = [&](std::size_t i) {
    return !placed[i] && std::ranges::all_of(parameters[i].when.all, [&](const Comparison& c) {
      return placed[*find(parameters, c.parameter)];
    });
  };
  while (order.size() < parameters.size()) {
    std::size_t next = 0;
    while (next < parameters.size() && !ready(next)) ++next;
    if (next == parameters.size()) {
      const auto stuck = std::ranges::find(placed, false) - placed.begin();
      const auto index = static_cast<std::size_t>(stuck);
      throw SpaceError(Part::parameter, index,
                       parameters[index].name +
                           ": conditions form a circle: " + circle(parameters, placed, index));
    }
    placed[next] = true;
    order.push_back(next);
  }
  return order;
}

}  // namespace

std::vector<std::size_t> check_space(Parameters parameters, std::span<const Condition> forbidden) {
  for (std::size_t i = 0; i < parameters.size(); ++i) check_parameter(parameters, i);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (const Comparison& comparison : parameters[i].when.all) {
      const std::string wrong = complaint(comparison, parameters);
      if (!wrong.empty()) throw SpaceError(Part::parameter, i, parameters[i].name + ": " + wrong);
    }
  }
  for (std::size_t i = 0; i < forbidden.size(); ++i) check_forbid(parameters, forbidden[i], i);
  return order_of(parameters);
}

}  // namespace tune::search
