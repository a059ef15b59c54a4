#include "tuner/spec/space_section.hpp"

#include <algorithm>
#include <optional>

#include "search/literal.hpp"
#include "tuner/spec/placed.hpp"
#include "tuner/spec/scan.hpp"

namespace tune::tuner {
namespace {

using search::trim;

using base::Configuration;
using base::InputError;
using base::Key;
using base::Value;
using search::Choice;
using search::Comparison;
using search::Condition;
using search::Domain;
using search::Integer;
using search::Real;

/// Where `when` stands as a word of its own outside of brackets and quotes, or the text's end.
std::size_t find_when(std::string_view text) {
  constexpr std::string_view word = "when", blank = " \t";
  Nesting nesting;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!nesting.outside(text[i]) || !text.substr(i).starts_with(word)) continue;
    const std::string_view after = text.substr(i + word.size());
    const bool begins = i == 0 || blank.find(text[i - 1]) != blank.npos;
    const bool ends = after.empty() || blank.find(after[0]) != blank.npos;
    if (begins && ends) return i;
  }
  return text.size();
}

search::Parameter parse_parameter(const Entry& entry) {
  const std::string_view text = entry.value;
  const std::size_t when = find_when(text);
  search::Parameter parameter{entry.key, {}, {}};
  if (trim(text.substr(0, when)).empty()) throw InputError("there is no domain before 'when'");
  parameter.domain = search::parse_domain(trim(text.substr(0, when)));
  if (when < text.size()) {
    parameter.when = search::parse_condition(trim(text.substr(when + std::string("when").size())));
  }
  return parameter;
}

/// Removes the comparisons with a parameter that has this value for good (nothing: never active).
/// False if one of them fails, so that the condition can never hold.
bool settle(Condition& condition, const std::string& name, const std::optional<Value>& value) {
  for (const Comparison& comparison : condition.all) {
    if (comparison.parameter != name) continue;
    if (!value || !search::holds(Condition{{comparison}}, {{name, *value}})) return false;
  }
  std::erase_if(condition.all, [&](const Comparison& c) { return c.parameter == name; });
  return true;
}

/// Can the condition hold in a trial of that builder?
bool may_hold(const Condition& condition, const std::string& builder) {
  return std::ranges::all_of(condition.all, [&](const Comparison& comparison) {
    return builder.empty() || comparison.parameter != "builder" ||
           search::holds(Condition{{comparison}}, {{"builder", builder}});
  });
}

std::string complaint(const Key& key, const Domain& domain) {
  std::vector<Value> values;
  if (const auto* real = std::get_if<Real>(&domain)) {
    values = {real->low, real->high};
  } else if (const auto* integer = std::get_if<Integer>(&domain)) {
    values = {integer->low, integer->high};
  } else {
    values = std::get<Choice>(domain).values;
  }
  for (const Value& value : values) {
    if (std::string wrong = key.complaint(value); !wrong.empty()) return wrong;
  }
  return {};
}

void check_values(search::Parameter& parameter, std::span<const Consumer> consumers) {
  const Key* first = find_key(consumers, parameter.name);
  if (first == nullptr) throw InputError(unknown_parameter(parameter.name, consumers));
  if (auto* choice = std::get_if<Choice>(&parameter.domain)) {
    for (Value& value : choice->values) value = normalised(*first, value);
    search::validate(parameter.domain);
  }
  for (const Consumer& consumer : consumers) {
    const Key* key = base::find_key(consumer.keys, parameter.name);
    if (key == nullptr || !may_hold(parameter.when, consumer.builder)) continue;
    const std::string wrong = complaint(*key, parameter.domain);
    if (!wrong.empty()) throw InputError(wrong);
  }
}

/// Conditions compare in the type of the parameter, so that `>= 2` and `>= 2.0` are one condition.
void normalise(Condition& condition, SpaceSection& section) {
  for (Comparison& comparison : condition.all) {
    const SpaceSection::Line* line = section.find(comparison.parameter);
    if (line == nullptr) continue;
    for (Value& value : comparison.values) value = normalised(line->parameter.domain, value);
  }
}

}  // namespace

std::string unknown_parameter(std::string_view name, std::span<const Consumer> consumers) {
  return "is no key of [training] or the builder" + base::suggestion(name, names_of(consumers));
}

SpaceSection::Line* SpaceSection::find(std::string_view name) {
  const auto found =
      std::ranges::find(lines, name, [](const Line& line) { return line.parameter.name; });
  return found == lines.end() ? nullptr : &*found;
}

SpaceSection parse_space(std::span<const Entry> entries) {
  SpaceSection section;
  for (const Entry& entry : entries) {
    if (entry.section != "space" || entry.key.empty()) continue;
    at(entry.place, [&] {
      if (entry.key == "forbid") {
        section.forbidden.push_back({search::parse_condition(entry.value), entry.place});
      } else if (entry.key == "enqueue") {
        section.starts.push_back({search::parse_condition(entry.value), entry.place});
      } else {
        section.lines.push_back({parse_parameter(entry), entry.place});
      }
    });
  }
  return section;
}

void settle(SpaceSection& section, const Configuration& settled) {
  std::vector<std::pair<std::string, std::optional<Value>>> todo(settled.begin(), settled.end());
  while (!todo.empty()) {
    const auto [name, value] = todo.back();
    todo.pop_back();
    for (auto line = section.lines.begin(); line != section.lines.end();) {
      if (settle(line->parameter.when, name, value)) {
        ++line;
      } else {
        todo.emplace_back(line->parameter.name, std::nullopt);
        line = section.lines.erase(line);
      }
    }
    std::erase_if(section.forbidden, [&, &n = name, &v = value](SpaceSection::Forbid& forbid) {
      return !settle(forbid.condition, n, v);
    });
    std::erase_if(section.starts, [&, &n = name, &v = value](SpaceSection::Start& start) {
      return !settle(start.condition, n, v) || start.condition.always();
    });
  }
  for (const SpaceSection::Forbid& forbid : section.forbidden) {
    if (forbid.condition.always()) {
      base::fail(forbid.place, "rules out every trial, with the values on the command line");
    }
  }
}

void check_values(SpaceSection& section, std::span<const Consumer> consumers) {
  for (SpaceSection::Line& line : section.lines) {
    at(line.place, [&] { check_values(line.parameter, consumers); });
  }
  for (SpaceSection::Line& line : section.lines) normalise(line.parameter.when, section);
  for (SpaceSection::Forbid& forbid : section.forbidden) normalise(forbid.condition, section);
}

search::Space make_space(const SpaceSection& section) {
  std::vector<search::Parameter> parameters;
  for (const SpaceSection::Line& line : section.lines) parameters.push_back(line.parameter);
  std::vector<Condition> forbidden;
  for (const SpaceSection::Forbid& forbid : section.forbidden) {
    forbidden.push_back(forbid.condition);
  }
  try {
    return search::Space(std::move(parameters), std::move(forbidden));
  } catch (const search::SpaceError& error) {
    const bool is_forbid = error.part == search::SpaceError::Part::forbid;
    const base::Place& place =
        is_forbid ? section.forbidden[error.index].place : section.lines[error.index].place;
    const std::string subject =
        is_forbid ? "forbid: " : section.lines[error.index].parameter.name + ": ";
    std::string_view message = error.what();
    if (message.starts_with(subject)) message.remove_prefix(subject.size());
    base::fail(place, message);
  }
}

}  // namespace tune::tuner
