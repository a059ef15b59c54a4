#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tune::model {

/// Named figures of one epoch or evaluation: loss, accuracy, val_loss, ...
using Logs = std::map<std::string, double, std::less<>>;

/// What a training went through.
struct History {
  std::vector<Logs> epochs;  ///< one entry an epoch that was finished
  int initial_epoch = 0;     ///< number of the first one, from 0
  /// Training ended because the loss of a batch was not finite; the weights are useless.
  bool diverged = false;
  /// Training was cancelled from outside, in the middle of an epoch.
  bool cancelled = false;
};

}  // namespace tune::model
