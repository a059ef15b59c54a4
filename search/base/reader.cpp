#include "search/base/reader.hpp"

#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"

namespace tune::base {
namespace {

std::string join(std::span<const std::string> words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

/// A bound as people write it: 10 and 0.5, not 10.0.
std::string bound(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  return whole ? std::to_string(static_cast<std::int64_t>(value)) : to_text(Value(value));
}

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<std::string> names_of(std::span<const Key> keys) {
  std::vector<std::string> names;
  for (const Key& key : keys) names.push_back(key.name);
  return names;
}

/// What the function throws; empty if it does not.
std::string parse_error(const std::function<void(const std::string&)>& parse,
                        const std::string& text) {
  try {
    parse(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

std::string Key::allowed() const {
  if (kind == Kind::flag) return "yes | no";
  if (kind == Kind::name) return join(words, " | ");
  std::string text = kind == Kind::integer ? "integer" : kind == Kind::real ? "real" : "text";
  if (kind != Kind::text) {
    if (std::isfinite(low)) text += (above_low ? " above " : " from ") + bound(low);
    if (std::isfinite(high))
      text += (std::isfinite(low) && !above_low ? " to " : " up to ") + bound(high);
  }
  if (!words.empty()) text += ", or " + join(words, " | ");
  return text;
}

std::string Key::complaint(const Value& value) const {
  const std::string text = to_text(value);
  if (std::ranges::find(words, text) != words.end()) return {};
  if (kind == Kind::text) return parse ? parse_error(parse, text) : std::string();
  if (kind == Kind::name)
    return "'" + text + "' is not one of: " + allowed() +
           (suggestion(text, words).starts_with("; did") ? suggestion(text, words) : "");
  if (kind == Kind::flag) {
    const bool known = text == "yes" || text == "no" || text == "true" || text == "false";
    return known ? "" : "'" + text + "' is neither yes nor no";
  }
  if (std::holds_alternative<std::string>(value))
    return "'" + text + "' is not allowed: " + allowed();
  if (kind == Kind::integer && !std::holds_alternative<std::int64_t>(value)) {
    return text + " is not an integer: " + allowed();
  }
  const double number = to_number(value);
  if (!std::isfinite(number)) return text + " is not finite: " + allowed();
  if (number < low || (above_low && number <= low)) return text + " is too small: " + allowed();
  if (number > high) return text + " is too large: " + allowed();
  return {};
}

Key integer_key(std::string name, std::optional<Value> fallback, double low, double high,
                std::string help, std::vector<std::string> words) {
  return {std::move(name), Key::Kind::integer, std::move(fallback), std::move(help), low, high,
          false,           std::move(words)};
}

Key real_key(std::string name, std::optional<Value> fallback, double low, double high,
             std::string help, std::vector<std::string> words) {
  return {std::move(name), Key::Kind::real, std::move(fallback), std::move(help), low, high,
          false,           std::move(words)};
}

Key positive_key(std::string name, std::optional<Value> fallback, double high, std::string help,
                 std::vector<std::string> words) {
  return {std::move(name), Key::Kind::real, std::move(fallback), std::move(help), 0, high, true,
          std::move(words)};
}

Key flag_key(std::string name, bool fallback, std::string help) {
  return {.name = std::move(name),
          .kind = Key::Kind::flag,
          .fallback = std::string(fallback ? "yes" : "no"),
          .help = std::move(help),
          .words = {}};
}

Key name_key(std::string name, std::optional<Value> fallback, std::vector<std::string> names,
             std::string help) {
  return {.name = std::move(name),
          .kind = Key::Kind::name,
          .fallback = std::move(fallback),
          .help = std::move(help),
          .words = std::move(names)};
}

Key text_key(std::string name, std::optional<Value> fallback, std::string help,
             std::function<void(const std::string&)> parse) {
  return {.name = std::move(name),
          .kind = Key::Kind::text,
          .fallback = std::move(fallback),
          .help = std::move(help),
          .words = {},
          .parse = std::move(parse)};
}

const Key* find_key(std::span<const Key> keys, std::string_view name) {
  const auto found = std::ranges::find(keys, name, &Key::name);
  return found == keys.end() ? nullptr : &*found;
}

void Reader::check() const {
  for (const auto& [name, value] : configuration_) {
    const Key* key = find_key(keys_, name);
    if (key == nullptr)
      fail({.file = {}, .line = 0, .key = name}, "unknown key" + suggestion(name, names_of(keys_)));
    if (const std::string wrong = key->complaint(value); !wrong.empty()) {
      fail({.file = {}, .line = 0, .key = name}, wrong);
    }
  }
}

bool Reader::has(std::string_view name) const {
  const Key* key = find_key(keys_, name);
  return configuration_.contains(name) || (key != nullptr && key->fallback);
}

bool Reader::is(std::string_view name, std::string_view word) const {
  return has(name) && to_text(value(name)) == word;
}

std::int64_t Reader::integer(std::string_view name) const {
  const Value& found = value(name);
  const auto* number = std::get_if<std::int64_t>(&found);
  if (number == nullptr)
    throw InputError(std::string(name) + ": '" + to_text(found) + "' is not an integer");
  return *number;
}

double Reader::real(std::string_view name) const {
  const Value& found = value(name);
  if (std::holds_alternative<std::string>(found)) {
    throw InputError(std::string(name) + ": '" + to_text(found) + "' is not a number");
  }
  return to_number(found);
}

bool Reader::flag(std::string_view name) const {
  const std::string word = to_text(value(name));
  return word == "yes" || word == "true";
}

std::string Reader::text(std::string_view name) const {
  return to_text(value(name));
}

std::vector<std::string> Reader::list(std::string_view name) const {
  return split_list(text(name));
}

const Value& Reader::value(std::string_view name) const {
  const Key* key = find_key(keys_, name);
  if (key == nullptr) throw InputError(std::string(name) + ": is read but not declared as a key");
  const auto given = configuration_.find(name);
  if (given == configuration_.end()) {
    if (!key->fallback)
      throw InputError(key->name + ": is missing; " + key->help + " (" + key->allowed() + ")");
    return *key->fallback;
  }
  if (const std::string wrong = key->complaint(given->second); !wrong.empty()) {
    throw InputError(key->name + ": " + wrong);
  }
  return given->second;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  if (trim(text).empty()) return items;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] == '(' || text[i] == '[')) ++depth;
    if (i < text.size() && (text[i] == ')' || text[i] == ']')) --depth;
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      items.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  return items;
}

}  // namespace tune::base
