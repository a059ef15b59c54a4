#include "tuner/cli/lint_effects.hpp"

#include <algorithm>

#include "model/builders/fitting.hpp"
#include "model/builders/hidden.hpp"
#include "search/branches.hpp"
#include "tuner/cli/setup.hpp"

namespace tune::tuner {
namespace {

using base::Value;
using search::Comparison;
using search::Condition;
using search::Parameter;
using search::Space;
using Operator = Comparison::Operator;

/// Does some allowed configuration of the space meet the condition?
bool occurs(const Space& space, const Condition& condition) {
  if (!search::can_hold(space, condition)) return false;
  std::vector<Parameter> parameters(space.parameters().begin(), space.parameters().end());
  parameters.push_back({"?", search::Choice{{Value(std::string("there"))}}, condition});
  const Space marked(std::move(parameters), {space.forbidden().begin(), space.forbidden().end()});
  return !search::forbidden_by(marked, space.dimensions());
}

/// A key that decides whether others have an effect.
struct Switch {
  std::string key;
  std::vector<Value> idle;  ///< values with which they have none
  std::string needed;       ///< the condition that they have one; empty: they never have
};

Comparison comparison(const std::string& parameter, std::vector<Value> values) {
  return {parameter, values.size() == 1 ? Operator::equal : Operator::in, std::move(values)};
}

/// What is wrong with a parameter that such a key decides on; empty: nothing.
std::string complaint(const Space& space, const Parameter& parameter, const Switch& decides) {
  std::vector<Value> met;
  for (const Value& value : decides.idle) {
    Condition condition = parameter.when;
    condition.all.push_back(comparison(decides.key, {value}));
    if (occurs(space, condition)) met.push_back(value);
  }
  if (met.empty()) return {};
  const std::string text = "has no effect where " +
                           search::to_text(comparison(decides.key, std::move(met))) +
                           ", so that trials that differ in nothing else are the same; ";
  if (decides.needed.empty()) return text + "take the line out";
  return text + (parameter.when.always() ? "write 'when " : "add 'and ") + decides.needed +
         "' behind it";
}

/// The values that a key may have: those of the space, else the one of [model].
std::vector<Value> values_of(const Spec& spec, const base::Reader& model, const std::string& key) {
  const auto searched = spec.space().find(key);
  if (!searched) return {base::parse_value(model.text(key))};
  const search::Domain& domain = spec.space().parameters()[*searched].domain;
  std::vector<Value> values;
  for (std::uint64_t i = 0; i < search::count(domain).value_or(0); ++i) {
    values.push_back(search::value_at(domain, i));
  }
  return values;
}

/// Nothing: the option has an effect always. `keys` are those of the builder.
std::optional<Switch> switch_of(const Spec& spec, const base::Reader& model,
                                const std::vector<base::Key>& keys, const std::string& option) {
  const auto knows = [&](const char* key) { return base::find_key(keys, key) != nullptr; };
  if (knows("hidden") && knows("n_hidden") && model::needs_hidden_layers(option)) {
    if (!model.is("hidden", "") || spec.space().find("hidden")) return std::nullopt;
    return Switch{"n_hidden", {Value(std::int64_t{0})}, "n_hidden >= 1"};
  }
  const auto users = model::users_of(option);
  if (!users || !knows(users->key.c_str())) return std::nullopt;
  Switch decides{users->key, {}, {}};
  std::vector<Value> used;
  for (const Value& value : values_of(spec, model, users->key)) {
    const bool uses = std::ranges::find(users->values, base::to_text(value)) != users->values.end();
    (uses ? used : decides.idle).push_back(value);
  }
  if (!used.empty()) decides.needed = search::to_text(comparison(users->key, std::move(used)));
  return decides;
}

}  // namespace

Findings lint_effects(const Spec& spec) {
  Findings findings;
  const Space& space = spec.space();
  const base::Configuration trial = typical(spec);
  const auto& keys = model::builders().at(spec.builder(trial)).keys;
  base::Configuration merged;
  const base::Reader model = spec.model(trial, merged);
  for (const Parameter& parameter : space.parameters()) {
    if (search::count(parameter.domain) == 1 || !base::find_key(keys, parameter.name)) continue;
    const auto decides = switch_of(spec, model, keys, parameter.name);
    if (!decides || decides->idle.empty()) continue;
    std::string text;
    if (space.find(decides->key)) {
      text = complaint(space, parameter, *decides);
    } else if (base::same(decides->idle.front(), base::parse_value(model.text(decides->key)))) {
      text = "has no effect with " + decides->key + " = " + model.text(decides->key) +
             "; take the line out, or search that too";
    }
    if (!text.empty()) findings.push_back({spec.place("space", parameter.name), std::move(text)});
  }
  return findings;
}

}  // namespace tune::tuner
