#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "search/base/error.hpp"
#include "search/base/reader.hpp"

namespace tune::tests {

/// What something computes under given options; throws InputError where they are not accepted.
using Numbers = std::vector<double>;
using OutcomeOf = std::function<Numbers(const base::Configuration&)>;

/// Other values than the default that a key accepts; `texts` are those of the text keys, and of
/// others whose default does not tell ("none").
inline std::vector<base::Value> other_values(const base::Key& key,
                                             const std::map<std::string, base::Value>& texts) {
  using Kind = base::Key::Kind;
  std::vector<base::Value> candidates, others;
  const double fallback = key.fallback ? base::to_number(*key.fallback) : 1;
  if (const auto found = texts.find(key.name); found != texts.end()) {
    candidates = {found->second};
  } else if (key.kind == Kind::integer) {
    const auto number = static_cast<std::int64_t>(fallback);
    candidates = {number + 1, number - 1};
  } else if (key.kind == Kind::real) {
    candidates = {fallback * 2, fallback / 2, fallback + 0.5};
  } else if (key.kind == Kind::flag) {
    candidates = {std::string("yes"), std::string("no")};
  } else if (key.kind == Kind::name) {
    candidates.assign(key.words.begin(), key.words.end());
  } else {
    candidates = {texts.at(key.name)};
  }
  for (const base::Value& value : candidates) {
    if (key.complaint(value).empty() && !(key.fallback && base::same(value, *key.fallback)))
      others.push_back(value);
  }
  return others;
}

/// The declared keys that a consumer does not use. A key is used if a value that it does not accept
/// is refused, and one that it accepts changes an outcome: alone or beside one other option, since
/// some keys matter to some options only. `companions` says beside which options a key matters; it
/// is then tried with those alone. `outcomes` are tried one after the other.
inline std::vector<std::string> keys_without_effect(
    std::span<const base::Key> keys, const std::vector<OutcomeOf>& outcomes,
    const std::map<std::string, base::Value>& texts = {},
    const std::map<std::string, base::Configuration>& companions = {}) {
  std::vector<base::Configuration> any = {{}};
  for (const base::Key& key : keys) {
    for (const base::Value& value : other_values(key, texts)) any.push_back({{key.name, value}});
  }
  const auto refused = [](const OutcomeOf& outcome, const base::Configuration& options) {
    try {
      outcome(options);
    } catch (const base::InputError&) {
      return true;
    }
    return false;
  };
  const auto changes = [&](const OutcomeOf& outcome, const base::Configuration& options,
                           const base::Key& key) {
    if (refused(outcome, options) || options.contains(key.name)) return false;
    base::Configuration changed = options;
    changed[key.name] = std::string("not a value");
    if (key.kind != base::Key::Kind::text && !refused(outcome, changed)) return false;
    const std::vector<base::Value> others = other_values(key, texts);
    if (others.empty()) return true;  // The only word there is.
    for (const base::Value& value : others) {
      changed[key.name] = value;
      if (refused(outcome, changed) || outcome(changed) != outcome(options)) return true;
    }
    return false;
  };
  std::vector<std::string> idle;
  for (const base::Key& key : keys) {
    bool used = false;
    const auto companion = companions.find(key.name);
    const auto beside = companion == companions.end() ? any : std::vector{companion->second};
    for (const base::Configuration& options : beside) {
      for (const OutcomeOf& outcome : outcomes) {
        used = used || changes(outcome, options, key);
      }
    }
    if (!used) idle.push_back(key.name);
  }
  return idle;
}

}  // namespace tune::tests
