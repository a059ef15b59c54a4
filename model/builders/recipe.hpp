#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "model/model.hpp"

namespace tune::model {

using Callbacks = std::vector<std::unique_ptr<Callback>>;

/// What a builder makes: a compiled model, not yet initialised, and what belongs to its training.
struct Recipe {
  Model model;
  /// The features that each input of the network sees, and the targets that each output learns;
  /// empty, as a whole or one of them: all. The first output is the main one, which predicts and is
  /// scored: all targets.
  std::vector<Selection> inputs = {}, outputs = {};
  /// Makes the callbacks of one training; `validated`: it has samples to validate on, so that there
  /// is a val_loss. Thread-safe. Empty: there are none.
  std::function<Callbacks(bool validated)> callbacks = {};
};

}  // namespace tune::model
