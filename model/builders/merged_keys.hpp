#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/registry.hpp"

namespace tune::model {

// The options of all rows of a registry (optimizers, schedules, losses) as keys of a builder that
// leaves the choice of the row to the user. They come from the rows' own tables.

/// What an option of a row is called as a key of the builder; empty: it is no key.
using KeyName = std::string (*)(const std::string& option);

/// A row's name and options.
struct RowKeys {
  std::string name;
  std::span<const base::Key> keys;
};

/// Each option once, in the order of the rows. Its help says whose it is, unless it is everybody's;
/// an option whose default differs gets the default `auto`.
std::vector<base::Key> merged_keys(std::span<const RowKeys> rows, KeyName key_name);

/// What a builder's options say of those of one row; the others' are not looked at.
base::Configuration options_of(std::span<const base::Key> row, const base::Reader& options,
                               KeyName key_name);

/// The message of an error of a row, `OPTION: ...`, with the builder's name of that option.
std::string in_key_names(std::string_view message, std::span<const base::Key> row,
                         KeyName key_name);

template <class Signature>
std::vector<base::Key> merged_keys(const base::Registry<Signature>& registry, KeyName key_name) {
  std::vector<RowKeys> rows;
  for (const auto& row : registry.rows()) rows.push_back({row.name, row.keys});
  return merged_keys(rows, key_name);
}

/// Makes what a row makes, from a builder's options and those given.
template <class Row>
auto make_row(const Row& row, const base::Reader& options, KeyName key_name,
              const base::Configuration& given = {}) {
  base::Configuration own = options_of(row.keys, options, key_name);
  own.insert(given.begin(), given.end());
  try {
    return row.make(base::Reader(own, row.keys));
  } catch (const base::InputError& error) {
    throw base::InputError(in_key_names(error.what(), row.keys, key_name));
  }
}

}  // namespace tune::model
