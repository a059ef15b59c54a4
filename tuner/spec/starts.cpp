#include "tuner/spec/starts.hpp"

#include <algorithm>

#include "search/base/error.hpp"
#include "tuner/spec/earlier.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/spec/list_file.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Value;
using search::Comparison;
using search::Space;

/// The value in the type of its parameter.
Value value_for(const Space& space, const std::string& name, const Value& value,
                const base::Place& place) {
  const auto parameter = space.find(name);
  if (!parameter) {
    std::vector<std::string> names;
    for (const search::Parameter& known : space.parameters()) names.push_back(known.name);
    base::fail(place, name + " is not a parameter of [space]" + base::suggestion(name, names));
  }
  const search::Domain& domain = space.parameters()[*parameter].domain;
  const Value own = normalised(domain, value);
  if (search::contains(domain, own)) return own;
  base::fail(place, name + ": " + base::to_text(value) + " is not in " + search::to_text(domain));
}

std::vector<Configuration> best_of(const Space& space, const Earlier& earlier, std::size_t best) {
  std::vector<EarlierTrial> trials = earlier.of(space);
  std::erase_if(trials, [](const EarlierTrial& trial) { return !trial.score; });
  std::ranges::stable_sort(trials, {}, &EarlierTrial::rank);
  std::vector<Configuration> points;
  for (const EarlierTrial& trial : trials) {
    if (points.size() == best) break;
    if (std::ranges::find(points, trial.configuration) == points.end()) {
      points.push_back(trial.configuration);
    }
  }
  return points;
}

}  // namespace

std::string study_file(const std::filesystem::path& folder, const std::string& name) {
  return std::filesystem::exists(folder / name) ? (folder / name).string() : name;
}

std::vector<Configuration> enqueued_lines(const Space& space, const SpaceSection& section) {
  std::vector<Configuration> points;
  for (const SpaceSection::Start& start : section.starts) {
    Configuration& point = points.emplace_back();
    for (const Comparison& comparison : start.condition.all) {
      if (comparison.op != Comparison::Operator::equal) {
        base::fail(start.place, "'" + search::to_text(comparison) +
                                    "' is no value; start points are written NAME = VALUE and "
                                    "NAME = VALUE");
      }
      const Value value =
          value_for(space, comparison.parameter, comparison.values.front(), start.place);
      if (!point.emplace(comparison.parameter, value).second) {
        base::fail(start.place, comparison.parameter + " is there twice");
      }
    }
  }
  return points;
}

std::vector<Configuration> enqueued_file(const Space& space, const std::string& file,
                                         std::size_t best) {
  std::vector<Configuration> points;
  if (is_study(file) || is_results(read_text(file))) {
    points = best_of(space, read_results(file), best);
  } else {
    const ListFile list = parse_list(read_text(file), file);
    points = list.configurations;
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (auto& [name, value] : points[i]) {
        value = value_for(space, name, value, list.place(i, {}));
      }
    }
  }
  if (points.empty()) base::fail({file, 0, {}}, "has no trial of this space with a score");
  return points;
}

}  // namespace tune::tuner
