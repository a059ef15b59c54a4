#include "tuner/spec/in_force.hpp"

#include <algorithm>
#include <iterator>

#include "model/builders/builder.hpp"
#include "search/strategy.hpp"
#include "tuner/spec/duration.hpp"
#include "tuner/spec/objectives.hpp"
#include "tuner/spec/placed.hpp"

namespace tune::tuner {
namespace {

using base::InputError;
using base::Key;
using base::Value;

bool is_none(const Value& value) {
  return value == Value(std::string("none"));
}

std::string name_of(const std::filesystem::path& folder) {
  const std::filesystem::path full = std::filesystem::absolute(folder).lexically_normal();
  const std::filesystem::path name =
      full.has_filename() ? full.filename() : full.parent_path().filename();
  return name.empty() ? "study" : name.string();
}

/// The value of a key of [study] that names a pruner; where none does, no keys.
std::vector<Key> keys_of_pruner(std::span<const Entry> entries, std::string_view key,
                                const std::string& fallback) {
  const Entry* entry = find_entry(entries, "study", key);
  const std::string name = entry == nullptr ? fallback : entry->value;
  if (name == "none") return {};
  return at(entry == nullptr ? base::Place{} : entry->place,
            [&] { return search::pruners().at(name).keys; });
}

void add_pruner_keys(std::vector<Key>& keys, std::span<const Entry> entries) {
  std::vector<Key> own = keys_of_pruner(entries, "pruner", "none");
  if (const Key* wrapped = base::find_key(own, "pruner_wrapped")) {
    const std::string usual = base::to_text(*wrapped->fallback);
    std::ranges::move(keys_of_pruner(entries, "pruner_wrapped", usual), std::back_inserter(own));
  }
  std::ranges::move(own, std::back_inserter(keys));
}

}  // namespace

std::vector<Key> keys_of_study(std::span<const Entry> entries,
                               const std::filesystem::path& folder) {
  const Entry* strategy = find_entry(entries, "study", "strategy");
  const std::string name = strategy == nullptr ? "random" : strategy->value;
  std::vector<Key> keys = at(strategy == nullptr ? base::Place{} : strategy->place,
                             [&] { return search::strategies().at(name).keys; });
  for (const Key& key : study_keys()) {
    if (base::find_key(keys, key.name) != nullptr) continue;
    keys.push_back(key);
    if (key.name == "name") keys.back().fallback = name_of(folder);
  }
  add_pruner_keys(keys, entries);
  return keys;
}

void drop_displaced(std::vector<Entry>& entries, std::size_t of_file_left,
                    std::span<const Entry> of_file) {
  const auto keys_of = [](std::span<const Entry> some) {
    try {
      return keys_of_study(some, ".");
    } catch (const InputError&) {  // it is said where the keys are needed
      return std::vector<Key>();
    }
  };
  const auto is_list = [](std::span<const Entry> some) {
    const Entry* strategy = find_entry(some, "study", "strategy");
    return strategy != nullptr && strategy->value == "list";
  };
  const std::vector<Key> before = keys_of(of_file), now = keys_of(entries);
  const bool list_left = is_list(of_file) && !is_list(entries);
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(of_file_left);
  entries.erase(std::remove_if(entries.begin(), end,
                               [&](const Entry& entry) {
                                 if (entry.section != "study" || entry.key.empty()) return false;
                                 if (entry.key == "list") return list_left;
                                 return base::find_key(before, entry.key) != nullptr &&
                                        base::find_key(now, entry.key) == nullptr;
                               }),
                end);
}

std::shared_ptr<const search::Pruner> make_pruner(const Section& section,
                                                  const base::Reader& study) {
  if (study.is("pruner", "none")) return nullptr;
  try {
    return search::pruners().at(study.text("pruner")).make(study);
  } catch (const base::InputError& error) {
    // A message that starts with one of its keys is about that key.
    const std::string message = error.what(), key = message.substr(0, message.find(": "));
    const auto place = section.places.find(key);
    if (place == section.places.end()) {
      base::fail(section.places.find("pruner")->second, message);
    }
    base::fail(place->second, message.substr(key.size() + 2));
  }
}

std::vector<Key> keys_of_training(const Section& section, SpaceSection& space,
                                  const search::Pruner* pruner) {
  const bool watched = pruner != nullptr && pruner->watches_epochs();
  std::vector<Key> keys(training_keys().begin(), training_keys().end());
  const auto given_none = [&](std::string_view key) {
    const auto value = section.values.find(key);
    return value != section.values.end() && is_none(value->second);
  };
  const auto set_none = [&](std::string_view key) {
    std::ranges::find(keys, key, &Key::name)->fallback = std::string("none");
  };
  if (given_none("patience") && !watched) set_none("validation");
  if (!given_none("validation")) return keys;
  if (watched) {
    base::fail(section.places.find("validation")->second,
               "the pruner of [study] needs rows to watch, but validation is none");
  }
  set_none("patience");
  const SpaceSection::Line* line = space.find("patience");
  if (line != nullptr || (section.values.contains("patience") && !given_none("patience"))) {
    base::fail(line != nullptr ? line->place : section.places.find("patience")->second,
               "early stopping needs rows to watch, but validation is none");
  }
  return keys;
}

ListFile read_list_of(std::span<const Entry> entries, const std::filesystem::path& folder) {
  const Entry* strategy = find_entry(entries, "study", "strategy");
  const Entry* list = find_entry(entries, "study", "list");
  if (list == nullptr || strategy == nullptr || strategy->value != "list") return {};
  const std::filesystem::path file = folder / list->value;
  return parse_list(at(list->place, [&] { return read_text(file); }), file.string());
}

std::vector<std::string> builders_in_force(std::span<const Entry> entries, SpaceSection& space,
                                           const ListFile& list) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name, const base::Place& place) {
    if (std::ranges::find(names, name) != names.end()) return;
    for (const Key& key : at(place, [&] { return model::builders().at(name).keys; })) {
      if (base::find_key(training_keys(), key.name) != nullptr) {
        base::fail({}, "builder '" + name + "': its key '" + key.name + "' is one of [training]");
      }
      if (base::find_key(model_keys(), key.name) != nullptr) {
        base::fail({}, "builder '" + name + "': its key '" + key.name + "' is one of all builders");
      }
    }
    names.push_back(name);
  };
  if (const SpaceSection::Line* line = space.find("builder")) {
    if (const auto* choice = std::get_if<search::Choice>(&line->parameter.domain)) {
      for (const Value& value : choice->values) add(base::to_text(value), line->place);
    }
  }
  for (std::size_t i = 0; i < list.configurations.size(); ++i) {
    const auto value = list.configurations[i].find("builder");
    if (value != list.configurations[i].end())
      add(base::to_text(value->second), list.place(i, "builder"));
  }
  const Entry* entry = find_entry(entries, "model", "builder");
  if (entry != nullptr) add(entry->value, entry->place);
  if (names.empty()) add(base::to_text(*base::find_key(model_keys(), "builder")->fallback), {});
  return names;
}

void check_study(const Section& study) {
  const auto check = [&](const char* key, auto action) {
    const auto value = study.values.find(key);
    if (value == study.values.end()) return;
    at(study.places.find(key)->second, [&] { action(base::to_text(value->second)); });
  };
  check("time_limit", [](const std::string& text) { parse_duration(text); });
  check("metric", [](const std::string& text) { parse_objectives(text); });
  check("name", [](const std::string& name) {
    if (name.find_first_of("/\n") != std::string::npos || name.starts_with('.')) {
      throw InputError("'" + name + "' cannot be the name of a folder");
    }
  });
  const bool is_list = study.values.contains("strategy") &&
                       study.values.at("strategy") == Value(std::string("list"));
  if (is_list && !study.values.contains("list")) {
    base::fail(study.places.find("strategy")->second,
               "'list' needs a file of configurations: list = FILE");
  }
  if (!is_list && study.values.contains("list")) {
    base::fail(study.places.find("list")->second, "is only for strategy = list");
  }
}

void check_places(const std::map<std::string, Section, std::less<>>& sections,
                  const SpaceSection& space) {
  for (const SpaceSection::Line& line : space.lines) {
    for (const char* name : {"model", "training"}) {
      const Section& section = sections.find(name)->second;
      const auto other = section.places.find(line.parameter.name);
      if (other == section.places.end()) continue;
      base::Place where = other->second;
      where.key.clear();
      const std::string prefix = where.prefix();
      base::fail(line.place, std::string("is set in [") + name + "] as well (" +
                                 prefix.substr(0, prefix.size() - 2) + ")");
    }
  }
}

}  // namespace tune::tuner
