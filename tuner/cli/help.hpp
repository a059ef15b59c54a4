#pragma once

#include <string>

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune --help`: verbs, options, an example; 80 columns.
std::string usage();

/// `tune VERB --help`: the same of one verb.
std::string usage(const Verb& verb);

/// `tune --help-space`: every section, key, domain, condition, strategy and builder, from the
/// tables that also check a space file; 96 columns.
std::string space_help();

}  // namespace tune::tuner
