#pragma once

#include <string>
#include <vector>

#include "search/space.hpp"

namespace tune::tests {

/// A line of [space] in parts.
struct Line {
  std::string name, domain, when = {};
};

/// The space of such lines.
inline search::Space space_of(std::vector<Line> lines, std::vector<std::string> forbids = {}) {
  std::vector<search::Parameter> parameters;
  for (const Line& line : lines) {
    parameters.push_back(
        {line.name, search::parse_domain(line.domain),
         line.when.empty() ? search::Condition{} : search::parse_condition(line.when)});
  }
  std::vector<search::Condition> forbidden;
  for (const std::string& forbid : forbids) forbidden.push_back(search::parse_condition(forbid));
  return search::Space(std::move(parameters), std::move(forbidden));
}

}  // namespace tune::tests
