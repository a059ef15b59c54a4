#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/reader.hpp"
#include "search/domain.hpp"

namespace tune::tuner {

/// Who reads a value: the keys of a section, or of one of the builders that may be in force.
struct Consumer {
  std::string builder;  ///< empty: a section, whatever the builder
  std::span<const base::Key> keys;
};

/// The value in the type of its key: 1 becomes a double where the key is real, 2.0 an integer where
/// it is an integer, a number text where it is a name. What the key does not accept stays as it is.
base::Value normalised(const base::Key& key, base::Value value);
/// A value as written; only what a number may be is read as one.
base::Value read_value(const base::Key& key, const std::string& text);
/// The value in the type that the domain gives: 1 or 1.0.
base::Value normalised(const search::Domain& domain, base::Value value);

/// Reads a fixed value for all consumers that know the name; one of them must. Throws InputError
/// (without a place) if one does not accept it.
base::Value read_for(std::span<const Consumer> consumers, std::string_view name,
                     const std::string& text);
/// The key of that name of the first consumer that knows it, or null.
const base::Key* find_key(std::span<const Consumer> consumers, std::string_view name);
std::vector<std::string> names_of(std::span<const Consumer> consumers);

}  // namespace tune::tuner
