#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tune::tuner {

/// One entry of [study] metric.
struct ObjectiveName {
  std::string metric;
  std::optional<bool> maximize;  ///< nothing: the way that is the metric's own
};

/// The entries of `accuracy max, parameters min`, at least one. Throws InputError: a word after the
/// name that is neither max nor min, a name that is there twice.
std::vector<ObjectiveName> parse_objectives(std::string_view text);

}  // namespace tune::tuner
