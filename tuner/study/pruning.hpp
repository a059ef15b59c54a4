#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/callbacks/callback.hpp"
#include "tuner/study/objective.hpp"

namespace tune::tuner {

/// Asks the judge of a trial after each epoch of a fold, and ends the training where it says so.
class Pruning : public model::Callback {
 public:
  /// `epochs` is the number at which the training ends; the trial must outlive it.
  Pruning(const Trial& trial, std::size_t fold, int epochs);

  void on_epoch_end(model::Training& training, int epoch, model::Logs& logs) override;

  /// The epochs, from the first of all, after which it has ended the training.
  std::optional<int> ended_after() const { return ended_after_; }
  /// Why.
  const std::string& verdict() const { return verdict_; }

 private:
  const Trial& trial_;
  const std::size_t fold_;
  const int epochs_;
  std::vector<float> curve_;
  std::optional<int> ended_after_;
  std::string verdict_;
};

}  // namespace tune::tuner
