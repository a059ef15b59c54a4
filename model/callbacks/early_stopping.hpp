#pragma once

#include "model/callbacks/monitor.hpp"

namespace tune::model {

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  int patience = 0;
  double min_delta = 0;
  bool restore_best_weights = false;
  Mode mode = Mode::automatic;
  std::optional<double> baseline = {};  ///< patience is not renewed by what is no better than this
  int start_from_epoch = 0;             ///< earlier epochs do not count
};

/// keras.callbacks.EarlyStopping: ends the training when the monitored figure has not improved by
/// more than min_delta for `patience` epochs, and can put the best epoch's weights back. A figure
/// that is NaN is no improvement.
class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options);

  void on_train_begin(Training& training) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  void on_train_end(Training& training) override;
  CallbackState save() const override;
  void restore(const CallbackState& state) override;

  /// Number of the best epoch, from 0; -1 before the first one.
  int best_epoch() const { return best_epoch_; }
  /// 0 before the first one.
  double best() const { return monitor_.best().value_or(0); }
  /// Did it end the training?
  bool stopped() const { return stopped_; }

 private:
  EarlyStoppingOptions options_;
  Monitor monitor_;
  int best_epoch_ = -1, wait_ = 0;
  bool stopped_ = false;
  std::size_t parameters_ = 0, state_ = 0;  ///< floats of the trained model's weights
  Weights best_weights_;
};

}  // namespace tune::model
