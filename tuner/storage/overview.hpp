#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tuner/storage/database.hpp"

namespace tune::tuner {

/// A study at a glance, without its trials.
struct StudyOverview {
  std::string name;
  std::string strategy;  ///< empty: Optuna made it
  std::map<std::string, std::size_t> trials =
      {};                           ///< by Optuna's states: COMPLETE, PRUNED, FAIL, ...
  std::size_t others = 0;           ///< those of them that others have added to a study of ours
  std::optional<double> best = {};  ///< value of complete trials by the first objective
  std::string last = {};            ///< when something last happened, in UTC; empty: nothing did
};

/// Of all studies of a store. Throws InputError if it is none.
std::vector<StudyOverview> overview_of(Database& database);

}  // namespace tune::tuner
