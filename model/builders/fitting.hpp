#pragma once

#include <optional>
#include <string_view>

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

/// How a network is trained, the same keys for all builders that leave it to the user: `loss`,
/// `optimizer`, `learning_rate`, `schedule` (of the rate, which starts from learning_rate), and the
/// options of each loss, optimizer and schedule. Those of schedules and of the callback
/// ReduceLROnPlateau have schedule_ and plateau_ before their names.
std::vector<base::Key> fitting_keys();

/// The values of a key (optimizer, schedule) that make use of an option.
struct Users {
  std::string key;
  std::vector<std::string> values;
};
/// Nothing: it is no option of optimizers or schedules.
std::optional<Users> users_of(std::string_view option);

/// The network, compiled by those keys, and its callbacks. `loss_weights`: one an output; none: all
/// 1. Throws InputError if the loss does not fit the task.
Recipe make_recipe(NetworkPtr network, const base::Reader& options, const Problem& problem,
                   std::vector<float> loss_weights = {});

}  // namespace tune::model
