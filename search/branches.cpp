#include "search/branches.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace tune::search {
namespace {

constexpr int kDraws = 10'000;

using Comparisons = std::vector<Comparison>;
/// Comparisons that must hold, by the parameter that they compare, which must be active.
using Demands = std::map<std::size_t, Comparisons>;

void demand(const Space& space, const Condition& condition, Demands& demands) {
  for (const Comparison& comparison : condition.all) {
    const std::size_t index = *space.find(comparison.parameter);
    const auto [entry, is_new] = demands.try_emplace(index);
    entry->second.push_back(comparison);
    if (is_new) demand(space, space.parameters()[index].when, demands);
  }
}

bool passes(const Comparisons& comparisons, const Value& value) {
  return std::ranges::all_of(comparisons, [&](const Comparison& c) { return holds(c, value); });
}

/// The numbers within the bounds that comparisons name.
std::vector<double> constants_of(const Comparisons& comparisons, double low, double high) {
  std::vector<double> constants = {low, high};
  for (const Comparison& comparison : comparisons) {
    for (const Value& value : comparison.values) {
      const double number = base::to_number(value);
      if (!std::isnan(number)) constants.push_back(std::clamp(number, low, high));
    }
  }
  std::ranges::sort(constants);
  const auto rest = std::ranges::unique(constants);
  constants.erase(rest.begin(), rest.end());
  return constants;
}

/// Values of a domain of which one stands for each part that the comparisons tell apart: all of a
/// choice; of a range its ends, the numbers named and what lies beside or between them.
std::vector<Value> representatives(const Domain& domain, const Comparisons& comparisons) {
  std::vector<Value> values;
  const auto cells = count(domain);
  if (std::holds_alternative<Choice>(domain)) {
    for (std::uint64_t i = 0; i < cells; ++i) values.push_back(value_at(domain, i));
  } else if (cells) {
    const double low = column_at(domain, 0), high = column_at(domain, *cells - 1);
    std::set<std::uint64_t> indices;
    for (const double constant : constants_of(comparisons, low, high)) {
      const std::uint64_t index = index_of(domain, constant);
      indices.insert(
          {index - std::min<std::uint64_t>(index, 1), index, std::min(index + 1, *cells - 1)});
    }
    for (const std::uint64_t index : indices) values.push_back(value_at(domain, index));
  } else {
    const auto& real = std::get<Real>(domain);
    const std::vector<double> constants = constants_of(comparisons, real.low, real.high);
    for (std::size_t i = 0; i < constants.size(); ++i) {
      if (i > 0) values.emplace_back(std::midpoint(constants[i - 1], constants[i]));
      values.emplace_back(constants[i]);
    }
  }
  return values;
}

/// All comparisons of conditions and forbids, by what they compare.
Demands all_comparisons(const Space& space) {
  Demands all;
  const auto add = [&](const Condition& condition) {
    for (const Comparison& comparison : condition.all) {
      all[*space.find(comparison.parameter)].push_back(comparison);
    }
  };
  for (const Parameter& parameter : space.parameters()) add(parameter.when);
  std::ranges::for_each(space.forbidden(), add);
  return all;
}

/// The space of what conditions tell apart: everything else has one value.
Space coarse(const Space& space, const Demands& compared) {
  std::vector<Parameter> parameters(space.parameters().begin(), space.parameters().end());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    Domain& domain = parameters[i].domain;
    const auto comparisons = compared.find(i);
    domain = comparisons != compared.end() ? Choice{representatives(domain, comparisons->second)}
             : std::holds_alternative<Choice>(domain) ? Choice{{value_at(domain, 0)}}
                                                      : Choice{{decode(domain, 0.5)}};
  }
  return {std::move(parameters), {space.forbidden().begin(), space.forbidden().end()}};
}

/// Draws that show a value that none before has shown.
std::vector<Configuration> draw_all_values(const Space& space, base::Rng rng) {
  std::vector<Configuration> drawn;
  std::set<std::pair<std::string, Value>> seen;
  std::vector<double> point(space.dimensions());
  for (int draw = 0; draw < kDraws; ++draw) {
    for (double& coordinate : point) coordinate = rng.uniform();
    Configuration configuration = space.decode(point);
    if (space.is_forbidden(configuration)) continue;
    bool is_new = false;
    for (const auto& [name, value] : configuration) is_new |= seen.emplace(name, value).second;
    if (is_new) drawn.push_back(std::move(configuration));
  }
  return drawn;
}

/// Puts the choices that nothing compares through their values, over as many more configurations as
/// that takes.
std::vector<Configuration> take_turns(const Space& space, const Demands& compared,
                                      const std::vector<Configuration>& branches) {
  std::map<std::string, const Choice*> choices;
  for (std::size_t i = 0; i < space.dimensions(); ++i) {
    const auto* choice = std::get_if<Choice>(&space.parameters()[i].domain);
    if (choice != nullptr && !compared.contains(i)) choices[space.parameters()[i].name] = choice;
  }
  std::map<std::string, std::size_t> turns;
  std::vector<Configuration> result;
  for (bool first = true, more = true; more; first = false) {
    more = false;
    for (Configuration configuration : branches) {
      bool is_new = first;
      for (auto& [name, value] : configuration) {
        const auto choice = choices.find(name);
        if (choice == choices.end()) continue;
        const std::vector<Value>& values = choice->second->values;
        is_new |= turns[name] < values.size();
        value = values[turns[name] % values.size()];
      }
      if (!is_new) continue;
      for (const auto& [name, value] : configuration) ++turns[name];
      result.push_back(std::move(configuration));
      more = true;
    }
  }
  return result;
}

}  // namespace

bool can_hold(const Space& space, const Condition& condition) {
  Demands demands;
  demand(space, condition, demands);
  return std::ranges::all_of(demands, [&](const auto& entry) {
    const auto& [parameter, comparisons] = entry;
    const auto values = representatives(space.parameters()[parameter].domain, comparisons);
    return std::ranges::any_of(values, [&](const Value& v) { return passes(comparisons, v); });
  });
}

std::optional<std::size_t> forbidden_by(const Space& space, std::size_t parameter) {
  Demands demands{{parameter, {}}};
  demand(space, space.parameters()[parameter].when, demands);
  /// Does every value of its parameter that the demands let through pass the comparison?
  const auto is_implied = [&](const Comparison& comparison) {
    const std::size_t index = *space.find(comparison.parameter);
    const auto demanded = demands.find(index);
    if (demanded == demands.end() && !space.parameters()[index].when.always()) return false;
    const Comparisons given = demanded == demands.end() ? Comparisons() : demanded->second;
    Comparisons both = given;
    both.push_back(comparison);
    return std::ranges::all_of(
        representatives(space.parameters()[index].domain, both),
        [&](const Value& v) { return !passes(given, v) || holds(comparison, v); });
  };
  const auto forbids = space.forbidden();
  const auto found = std::ranges::find_if(forbids, [&](const Condition& forbid) {
    return std::ranges::all_of(forbid.all, is_implied);
  });
  if (found == forbids.end()) return std::nullopt;
  return static_cast<std::size_t>(found - forbids.begin());
}

Branches branches_of(const Space& space, std::size_t limit, base::Rng rng) {
  const Demands compared = all_comparisons(space);
  const Space parts = coarse(space, compared);
  Branches branches;
  if (const auto rows = parts.enumerate(limit)) {
    for (const std::vector<double>& row : *rows) {
      branches.configurations.push_back(parts.from_row(row));
    }
  } else {
    branches.complete = false;
    branches.configurations = draw_all_values(parts, rng);
  }
  branches.configurations = take_turns(space, compared, branches.configurations);
  return branches;
}

}  // namespace tune::search
