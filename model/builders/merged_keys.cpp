#include "model/builders/merged_keys.hpp"

#include <algorithm>
#include <stdexcept>

#include "model/term.hpp"

namespace tune::model {
namespace {

using base::Key;

/// An option as one row has it.
struct Owned {
  std::string owner;
  const Key* key;
};

std::string value_text(const base::Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real == nullptr ? base::to_text(value) : digits(*real);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "sgd, rmsprop", or "all but sgd" where that is shorter; nothing for all.
std::string owners_text(const std::vector<std::string>& owners, std::span<const RowKeys> rows) {
  std::vector<std::string> others;
  for (const RowKeys& row : rows) {
    if (std::ranges::find(owners, row.name) == owners.end()) others.push_back(row.name);
  }
  if (others.empty()) return {};
  return (others.size() < owners.size() ? "all but " + joined(others) : joined(owners)) + ": ";
}

/// What it is for each of its owners; those that say the same together.
std::string help_text(const std::vector<Owned>& variants, std::span<const RowKeys> rows) {
  std::string text;
  std::vector<std::string> done;
  for (const Owned& variant : variants) {
    const std::string& help = variant.key->help;
    if (std::ranges::find(done, help) != done.end()) continue;
    done.push_back(help);
    std::vector<std::string> owners;
    for (const Owned& other : variants) {
      if (other.key->help == help) owners.push_back(other.owner);
    }
    text += (text.empty() ? "" : "; ") + owners_text(owners, rows) + help;
  }
  return text;
}

/// "0.01 for sgd, else 0.001": the last one's is what others have.
std::string defaults_text(const std::vector<Owned>& variants) {
  const base::Value& usual = *variants.back().key->fallback;
  std::string text;
  for (const Owned& variant : variants) {
    if (*variant.key->fallback == usual) continue;
    text += value_text(*variant.key->fallback) + " for " + variant.owner + ", ";
  }
  return text + "else " + value_text(usual);
}

/// Allows what is allowed by one of the owners, whose own table then decides.
void widen(Key& key, const Key& other) {
  if (key.kind != other.kind) {
    throw std::logic_error("the option '" + other.name + "' is of two kinds");
  }
  key.above_low = key.low == other.low  ? key.above_low && other.above_low
                  : key.low < other.low ? key.above_low
                                        : other.above_low;
  key.low = std::min(key.low, other.low);
  key.high = std::max(key.high, other.high);
  for (const std::string& word : other.words) {
    if (std::ranges::find(key.words, word) == key.words.end()) key.words.push_back(word);
  }
}

Key merged(const std::string& name, const std::vector<Owned>& variants,
           std::span<const RowKeys> rows) {
  Key key = *variants.front().key;
  key.name = name;
  key.help = help_text(variants, rows);
  bool differs = false;
  for (const Owned& variant : variants) {
    widen(key, *variant.key);
    differs = differs || variant.key->fallback != key.fallback;
  }
  if (differs) {
    key.fallback = std::string("auto");
    key.words.push_back("auto");
    key.help += "; auto: " + defaults_text(variants);
  }
  return key;
}

}  // namespace

std::vector<Key> merged_keys(std::span<const RowKeys> rows, KeyName key_name) {
  std::vector<std::string> names;
  std::vector<std::vector<Owned>> variants;
  for (const RowKeys& row : rows) {
    for (const Key& key : row.keys) {
      const std::string name = key_name(key.name);
      if (name.empty()) continue;
      const auto found = std::ranges::find(names, name);
      const auto place = static_cast<std::size_t>(found - names.begin());
      if (found == names.end()) {
        names.push_back(name);
        variants.emplace_back();
      }
      variants[place].push_back({row.name, &key});
    }
  }
  std::vector<Key> keys;
  for (std::size_t i = 0; i < names.size(); ++i) {
    keys.push_back(merged(names[i], variants[i], rows));
  }
  return keys;
}

base::Configuration options_of(std::span<const Key> row, const base::Reader& options,
                               KeyName key_name) {
  base::Configuration own;
  for (const Key& key : row) {
    const std::string name = key_name(key.name);
    if (name.empty() || options.is(name, "auto")) continue;
    own[key.name] = base::parse_value(options.text(name));
  }
  return own;
}

std::string in_key_names(std::string_view message, std::span<const Key> row, KeyName key_name) {
  const std::string_view option = message.substr(0, message.find(": "));
  const Key* key = base::find_key(row, option);
  const std::string name = key == nullptr ? std::string() : key_name(key->name);
  return (name.empty() ? std::string(option) : name) + std::string(message.substr(option.size()));
}

}  // namespace tune::model
