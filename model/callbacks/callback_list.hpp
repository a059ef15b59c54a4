#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/callbacks/progress_bar.hpp"

namespace tune::model {

/// The callbacks of a training, an evaluation or a prediction: those that are given and, where
/// `verbose` asks for it, Keras's progress bar behind them.
class CallbackList {
 public:
  /// `verbose` as of Fit. Throws InputError if it is not 0, 1 or 2.
  CallbackList(std::span<Callback* const> given, int verbose);
  CallbackList(const CallbackList&) = delete;
  CallbackList& operator=(const CallbackList&) = delete;

  operator std::span<Callback* const>() const { return list_; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

 private:
  std::optional<ProgressBar> bar_;
  std::vector<Callback*> list_;
};

}  // namespace tune::model
