#pragma once

#include <span>
#include <vector>

#include "search/space.hpp"
#include "tuner/spec/ini.hpp"
#include "tuner/spec/values.hpp"

namespace tune::tuner {

/// [space] as read, line by line, until a search::Space is made from it.
struct SpaceSection {
  struct Line {
    search::Parameter parameter;
    base::Place place;
  };
  struct Forbid {
    search::Condition condition;
    base::Place place;
  };

  /// Of an `enqueue` line: values as comparisons.
  struct Start {
    search::Condition condition;
    base::Place place;
  };

  std::vector<Line> lines;
  std::vector<Forbid> forbidden;
  std::vector<Start> starts;

  Line* find(std::string_view name);
};

/// Reads `NAME = DOMAIN [when CONDITION]`, `forbid = CONDITION` and `enqueue = NAME = VALUE and
/// ...` of the entries of [space].
SpaceSection parse_space(std::span<const Entry> entries);

/// Takes parameters that the command line has given a value out of the conditions on them. A
/// parameter whose condition cannot hold any more goes as well, and so on; and so do start points
/// that have another value.
void settle(SpaceSection& section, const base::Configuration& settled);

/// What is wrong with a name that none of the consumers knows.
std::string unknown_parameter(std::string_view name, std::span<const Consumer> consumers);

/// Brings every value that a parameter can take into the type of its key, and checks it. A
/// parameter that is bound to some builders (`when builder = mlp`) is checked against their keys
/// only. Throws InputError that names the line.
void check_values(SpaceSection& section, std::span<const Consumer> consumers);

/// The space; what its constructor refuses is thrown with the line that it is about.
search::Space make_space(const SpaceSection& section);

}  // namespace tune::tuner
