#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "model/callbacks/callback.hpp"

namespace tune::model {

struct ProgressBarOptions {
  int verbose = 1;        ///< 1: a bar for each epoch, 2: a line without one
  bool terminal = false;  ///< the stream is a terminal: the bar grows in place, in Keras's colours
  std::function<double()> seconds = {};  ///< a clock; none: the machine's
};

/// Keras's progress line (keras.callbacks.ProgbarLogger) of a training, and of an evaluation or
/// prediction of its own:
///
///     Epoch 1/30
///     363/363 ━━━━━━━━━━━━━━━━━━━━ 0s 1ms/step - loss: 1.6419 - val_loss: 0.8505
///
/// The stream must outlive it.
class ProgressBar : public Callback {
 public:
  explicit ProgressBar(std::ostream& out, ProgressBarOptions options = {});

  void on_epoch_begin(Training& training, int epoch) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  void on_train_batch_end(Training& training, Index batch, const BatchLogs& logs) override;
  void on_test_begin(Inference& pass) override;
  void on_test_end(Inference& pass, const Logs& logs) override;
  void on_test_batch_end(Inference& pass, Index batch, const BatchLogs& logs) override;
  void on_predict_begin(Inference& pass) override;
  void on_predict_end(Inference& pass) override;
  void on_predict_batch_end(Inference& pass, Index batch, std::span<const Block> outputs,
                            Index samples) override;

 private:
  void start(Index batches);
  /// After a batch; `logs` may be null.
  void advance(Index batch, const BatchLogs* logs);
  void finish(const Logs& logs);
  void draw(Index done, double now, const Logs& logs, bool last);
  std::string bar(Index done) const;
  double step_seconds(Index done, double now) const;

  std::ostream& out_;
  ProgressBarOptions options_;
  Index batches_ = 0, next_look_ = 0;
  double started_ = 0, first_step_ = 0, drawn_ = 0;
  std::size_t width_ = 0;  ///< of the line on the terminal
};

}  // namespace tune::model
