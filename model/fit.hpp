#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "model/callbacks/callback.hpp"
#include "search/base/rng.hpp"

namespace tune::model {

/// All that a training needs to go on where it ended, as if it never had: plain values, to be
/// copied and kept.
struct TrainingState {
  int epoch = 0;         ///< number of the next one, from 0
  bool stopped = false;  ///< a callback ended it: nothing is left to train
  std::int64_t iteration = 0;
  float rate = 0;
  Weights weights;  ///< at the end of the last epoch, whatever callbacks put into the model then
  Floats memory;    ///< of the optimizer
  std::vector<CallbackState> callbacks;  ///< in the order of Fit::callbacks

  /// Has it never been filled?
  bool empty() const { return weights.parameters.empty() && weights.state.empty(); }
};

/// keras.Model.fit's arguments.
struct Fit {
  int epochs = 1;  ///< number at which training ends, not how many are added
  int initial_epoch = 0;
  Index batch_size = 32;
  bool shuffle = true;
  std::span<Callback* const> callbacks = {};
  base::Rng rng{0};                      ///< of the order of the rows, and of layers that draw
  std::function<bool()> cancelled = {};  ///< asked before each batch; true ends the training
  /// Share of the rows, the last ones before shuffling, to validate on in place of other samples.
  double validation_split = 0;
  Index validation_batch_size = 256;
  Index validation_steps = 0;  ///< batches to validate on; 0: all
  int validation_freq = 1;     ///< epochs from one validation to the next
  /// Factor of a sample by the class of its target (an index, or the largest of several); classes
  /// that are not named count 1. For one output, without other weights.
  std::map<int, float> class_weight = {};
  /// Batches of an epoch; 0: all. The next epoch goes on where the one before ended; at the end of
  /// the rows an epoch may be shorter, and they are shuffled anew.
  Index steps_per_epoch = 0;
  /// Epochs that schedules span; 0: `epochs`. What is trained at first for fewer epochs and may go
  /// on later gives its whole length here.
  int schedule_epochs = 0;
  /// As Keras's: 1 is a progress bar an epoch on the standard output, 2 a line, 0 (the default
  /// here) nothing. A ProgressBar among the callbacks takes the place of it.
  int verbose = 0;
  /// In and out: where to go on, and then where it ended. The network, optimizer, samples, stream
  /// and callbacks must be those of the first part. It stays as it was if training ends within an
  /// epoch (diverged, cancelled).
  TrainingState* state = nullptr;
};

/// keras.Model.evaluate's arguments, and those of a prediction of all outputs.
struct Evaluate {
  Index batch_size = 256;  ///< no figure depends on it but for rounding
  Index steps = 0;         ///< batches; 0: all
  std::span<Callback* const> callbacks = {};
  int verbose = 0;  ///< as of Fit
};

/// keras.Model.predict's arguments.
struct Predict {
  std::size_t output = 0;  ///< of the model
  Index batch_size = 256;
  Index steps = 0;  ///< batches; 0: all
  std::span<Callback* const> callbacks = {};
  int verbose = 0;  ///< as of Fit
};

}  // namespace tune::model
