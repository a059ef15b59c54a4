#include "tuner/spec/objectives.hpp"

#include <algorithm>

#include "search/base/error.hpp"
#include "search/base/reader.hpp"
#include "search/literal.hpp"

namespace tune::tuner {
namespace {

ObjectiveName parse_objective(const std::string& entry) {
  const auto blank = entry.find_last_of(" \t");
  // A blank inside of brackets is the metric's.
  if (blank == std::string::npos || entry.find(')', blank) != std::string::npos) return {entry, {}};
  const std::string way = entry.substr(blank + 1);
  if (way != "max" && way != "min") {
    throw base::InputError("'" + entry + "': after a metric comes max or min, or a comma");
  }
  return {std::string(search::trim(std::string_view(entry).substr(0, blank))), way == "max"};
}

}  // namespace

std::vector<ObjectiveName> parse_objectives(std::string_view text) {
  std::vector<ObjectiveName> objectives;
  for (const std::string& entry : base::split_list(text)) {
    const ObjectiveName objective = parse_objective(entry);
    if (objective.metric.empty()) throw base::InputError("there is no metric between two commas");
    if (std::ranges::find(objectives, objective.metric, &ObjectiveName::metric) !=
        objectives.end()) {
      throw base::InputError(objective.metric + " is there twice");
    }
    objectives.push_back(objective);
  }
  if (objectives.empty()) throw base::InputError("there is no metric");
  return objectives;
}

}  // namespace tune::tuner
