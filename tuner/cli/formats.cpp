#include "tuner/cli/formats.hpp"

#include <algorithm>
#include <vector>

#include "search/base/error.hpp"

namespace tune::tuner {

Format format_of(const std::string& name) {
  static const std::vector<std::string> names = {"table", "csv", "json", "md"};
  if (name.empty()) return Format::table;
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<Format>(found - names.begin());
  throw base::InputError("--format: unknown format '" + name + "'" + base::suggestion(name, names));
}

}  // namespace tune::tuner
