#pragma once

#include <string>

namespace tune::tuner {

/// How verbs print tables.
enum class Format { table, csv, json, markdown };

/// --format: table, csv, json, md; empty: table. Throws InputError.
Format format_of(const std::string& name);

}  // namespace tune::tuner
