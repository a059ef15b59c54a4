#include "tuner/spec/overrides.hpp"

#include <algorithm>

#include "tuner/spec/spec.hpp"

namespace tune::tuner {
namespace {

void check_section(const Entry& entry) {
  if (std::ranges::find(section_names(), entry.section) != section_names().end()) return;
  // The heading's own place says the name; an option's only as a part of it.
  const std::string name = entry.place.key.empty() ? " '" + entry.section + "'" : "";
  base::fail(entry.place,
             "unknown section" + name + base::suggestion(entry.section, section_names()));
}

bool is_fixed(std::string_view section) {
  return section == "model" || section == "training";
}

/// Does the option take the entry's place?
bool displaces(const Entry& option, const Entry& entry) {
  if (entry.key != option.key) return false;
  const bool adds = option.key == "forbid" || option.key == "enqueue";
  if (adds && (option.section == "space" || entry.section == "space")) return false;
  return entry.section == option.section ||
         (is_fixed(option.section) && entry.section == "space") ||
         (option.section == "space" && is_fixed(entry.section));
}

}  // namespace

base::Configuration apply_overrides(std::vector<Entry>& entries, std::span<const Entry> overrides) {
  std::ranges::for_each(entries, check_section);
  std::ranges::for_each(overrides, check_section);
  base::Configuration settled;
  for (const Entry& option : overrides) {
    for (const Entry& other : overrides) {
      if (&other == &option) break;
      if (displaces(option, other)) {
        base::fail(option.place, option.place.file == other.place.file
                                     ? "is given twice"
                                     : "contradicts " + other.place.file);
      }
    }
    const auto taken = [&](const Entry& entry) { return displaces(option, entry); };
    const bool was_parameter = std::ranges::any_of(
        entries, [&](const Entry& entry) { return taken(entry) && entry.section == "space"; });
    if (was_parameter && option.section != "space") {
      settled.emplace(option.key, base::parse_value(option.value));
    }
    std::erase_if(entries, taken);
  }
  entries.insert(entries.end(), overrides.begin(), overrides.end());
  return settled;
}

}  // namespace tune::tuner
