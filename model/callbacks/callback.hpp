#pragma once

#include <cstdint>
#include <span>

#include "model/callbacks/callback_state.hpp"
#include "model/history.hpp"
#include "model/workspace.hpp"

namespace tune::model {

class Evaluation;
class Model;

/// What a callback may see and change of a running training.
struct Training {
  Weights& weights;
  float rate;         ///< the learning rate of the next step; a schedule sets it before each step
  bool stop = false;  ///< set it: training ends after this epoch, within it if a batch hook does
  bool scheduled = false;        ///< there is a schedule
  std::int64_t iteration = 0;    ///< steps of the optimizer so far
  int epochs = 1;                ///< number at which training ends
  Index batches = 0;             ///< of an epoch
  int validation_freq = 1;       ///< epochs from one validation to the next
  const Model* model = nullptr;  ///< that is trained
};

/// What a callback may see of a running evaluation or prediction.
struct Inference {
  const Model& model;
  Index batches;
  bool in_fit = false;  ///< it is the validation of a training
  bool stop = false;    ///< set it: no batch follows (Keras's stop_evaluating, stop_predicting)
};

/// The figures of a pass up to a batch: Keras's logs of a batch. They are computed when they are
/// asked for, so that a hook that does not look costs nothing.
class BatchLogs {
 public:
  BatchLogs(const Evaluation& evaluation, double batch_loss)
      : evaluation_(evaluation), batch_loss_(batch_loss) {}

  /// The loss of this batch alone.
  double batch_loss() const { return batch_loss_; }
  /// Loss and metrics over the batches of the epoch so far, as Keras has them.
  Logs all() const;

 private:
  const Evaluation& evaluation_;
  double batch_loss_;
};

/// Keras's hooks, by its names; epochs and batches count from 0. One object serves one training (or
/// evaluation, or prediction) at a time.
class Callback {
 public:
  virtual ~Callback() = default;

  virtual void on_train_begin(Training&) {}
  virtual void on_train_end(Training&) {}
  virtual void on_epoch_begin(Training&, int /*epoch*/) {}
  /// What is put into the logs gets into the history.
  virtual void on_epoch_end(Training&, int /*epoch*/, Logs&) {}
  virtual void on_train_batch_begin(Training&, Index /*batch*/) {}
  virtual void on_train_batch_end(Training&, Index /*batch*/, const BatchLogs&) {}

  virtual void on_test_begin(Inference&) {}
  virtual void on_test_end(Inference&, const Logs&) {}
  virtual void on_test_batch_begin(Inference&, Index /*batch*/) {}
  virtual void on_test_batch_end(Inference&, Index /*batch*/, const BatchLogs&) {}

  virtual void on_predict_begin(Inference&) {}
  virtual void on_predict_end(Inference&) {}
  virtual void on_predict_batch_begin(Inference&, Index /*batch*/) {}
  /// The outputs that are predicted, of this batch: one column a sample.
  virtual void on_predict_batch_end(Inference&, Index /*batch*/, std::span<const Block> /*outputs*/,
                                    Index /*samples*/) {}

  /// What it remembers between epochs, for a training that is continued: restore is called after
  /// on_train_begin, and throws InputError on another callback's state.
  virtual CallbackState save() const { return {}; }
  virtual void restore(const CallbackState&) {}
};

}  // namespace tune::model
