#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tuner/spec/space_section.hpp"
#include "tuner/spec/values.hpp"

namespace tune::tuner {

/// The file of `strategy = list`.
struct ListFile {
  std::string name;  ///< for messages
  std::vector<base::Configuration> configurations;

  /// "FILE: configuration 3: KEY: "; they count from 0, as trials do.
  base::Place place(std::size_t index, std::string key) const;
};

/// Reads a JSON array of objects, an object with such an array `configs`, or a CSV with a header
/// (an empty cell: not given). Throws InputError that names file, line or configuration.
ListFile parse_list(std::string_view text, std::string name);

// What the readers of JSON files of configurations share.

/// Number, text, yes or no; nothing for null. Throws InputError for all else.
std::optional<base::Value> to_value(const nlohmann::json& item, const base::Place& place);
/// Throws InputError with the line.
nlohmann::json parse_json(std::string_view text, const std::string& file);

/// Brings the values into the types of their keys. Throws InputError if a name is no key, or a
/// value is not accepted.
void check_values(ListFile& list, std::span<const Consumer> consumers);
/// Adds the names of the list that [space] lacks to it, as choices of the values listed.
void add_listed(SpaceSection& section, const ListFile& list);

/// The configurations in the types of the space. Throws InputError if one is not of it.
std::vector<base::Configuration> listed_in(const search::Space& space, const ListFile& list);

}  // namespace tune::tuner
