#pragma once

#include <functional>

#include "model/callbacks/monitor.hpp"

// Callbacks that change the learning rate. Beside a schedule, which sets it before each step, they
// are an InputError, as in Keras.

namespace tune::model {

/// keras.callbacks.LearningRateScheduler: asks a function of the epoch and the rate for the rate of
/// the epoch, and logs it as learning_rate.
class LearningRateScheduler : public Callback {
 public:
  using Function = std::function<double(int epoch, double rate)>;

  explicit LearningRateScheduler(Function schedule) : schedule_(std::move(schedule)) {}

  void on_epoch_begin(Training& training, int epoch) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;

 private:
  Function schedule_;
};

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;  ///< below 1
  int patience = 10;
  double min_delta = 1e-4;
  int cooldown = 0;  ///< epochs after a reduction that do not count
  double min_lr = 0;
  Mode mode = Mode::automatic;
};

/// keras.callbacks.ReduceLROnPlateau: multiplies the rate by `factor` when the monitored figure has
/// not improved by more than min_delta for `patience` epochs, and logs the rate of each epoch as
/// learning_rate. A figure that is NaN is no improvement.
class ReduceLROnPlateau : public Callback {
 public:
  /// Throws InputError if the factor is not in [0, 1).
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options);

  void on_train_begin(Training& training) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  CallbackState save() const override;
  void restore(const CallbackState& state) override;

 private:
  ReduceLROnPlateauOptions options_;
  Monitor monitor_;
  int wait_ = 0, cooldown_left_ = 0;
};

}  // namespace tune::model
