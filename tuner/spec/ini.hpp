#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/error.hpp"

namespace tune::tuner {

/// One `key = value` of a space file, or of the command line, where the place is the option
/// ("--training.epochs"). A section's heading is an entry too, with an empty key: an unknown
/// section is an error even if there is nothing in it.
struct Entry {
  std::string section, key, value;
  base::Place place;
};

/// Reads `[section]`, `key = value`, comments from `;` or `#` (at the start of a line or after
/// white space, not within quotes or brackets) to the end of the line, CRLF and a BOM. Quotes
/// around a whole value are taken off. A section or a key given twice is an error, except `forbid`
/// in [space]. Throws InputError `FILE:LINE: ...`.
std::vector<Entry> parse_ini(std::string_view text, const std::string& file);
std::vector<Entry> read_ini(const std::filesystem::path& file);

/// The entry of that name, or null.
const Entry* find_entry(std::span<const Entry> entries, std::string_view section,
                        std::string_view key);

/// A value as it has to stand in a space file to be read back: in quotes where it needs them.
std::string quoted(const std::string& value);

/// The bytes of a file; throws InputError that names the file and the reason.
std::string read_text(const std::filesystem::path& file);

}  // namespace tune::tuner
