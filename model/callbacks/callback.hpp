#pragma once

#include <memory>
#include <optional>
#include <string>

#include "model/history.hpp"
#include "model/workspace.hpp"

namespace tune::model {

/// What a callback may see and change of a running training.
struct Training {
  Weights& weights;
  float rate;         ///< the learning rate of the next step
  bool stop = false;  ///< set it: training ends after this epoch
};

/// Keras's hooks, by its names. One object serves one training at a time.
class Callback {
 public:
  virtual ~Callback() = default;

  virtual void on_train_begin(Training&) {}
  virtual void on_train_end(Training&) {}
  virtual void on_epoch_begin(Training&, int /*epoch*/) {}
  virtual void on_epoch_end(Training&, int /*epoch*/, Logs&) {}
};

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  int patience = 0;
  double min_delta = 0;
  bool restore_best_weights = false;
  bool maximize = false;  ///< Keras's mode = "max"
};

/// keras.callbacks.EarlyStopping: ends the training when the monitored figure has not improved by
/// more than min_delta for `patience` epochs, and can put the best epoch's weights back. A figure
/// that is NaN is no improvement.
class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options) : options_(std::move(options)) {}

  void on_train_begin(Training& training) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  void on_train_end(Training& training) override;

  /// Number of the best epoch, from 0; -1 before the first one.
  int best_epoch() const { return best_epoch_; }
  double best() const { return best_; }
  /// Did it end the training?
  bool stopped() const { return stopped_; }

 private:
  EarlyStoppingOptions options_;
  int best_epoch_ = -1, wait_ = 0;
  double best_ = 0;
  bool stopped_ = false;
  Weights best_weights_;
};

}  // namespace tune::model
