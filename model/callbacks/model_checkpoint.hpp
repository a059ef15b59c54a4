#pragma once

#include <filesystem>
#include <functional>

#include "model/callbacks/monitor.hpp"

namespace tune::model {

struct ModelCheckpointOptions {
  /// May hold fields in Keras's way: {epoch} counts from 1, the others are figures of the logs,
  /// {epoch:02d}, {val_loss:.2f}. Ends in .h5, for weights alone in .weights.h5.
  std::string filepath;
  std::string monitor = "val_loss";
  bool save_best_only = false;
  bool save_weights_only = false;
  Mode mode = Mode::automatic;
  std::optional<double> initial_value_threshold = {};  ///< the figure to beat at first
  /// Writes the file; none: save_model, or save_weights.
  std::function<void(const Model&, const std::filesystem::path&)> save = {};
};

/// keras.callbacks.ModelCheckpoint: saves the model at the end of each epoch, or of those that are
/// the best so far. The folder is made if it is not there.
class ModelCheckpoint : public Callback {
 public:
  /// Throws InputError if the path does not end as it must.
  explicit ModelCheckpoint(ModelCheckpointOptions options);

  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  CallbackState save() const override;
  void restore(const CallbackState& state) override;

 private:
  ModelCheckpointOptions options_;
  Monitor monitor_;
};

/// The path of an epoch (from 0): fields in braces are filled in. Throws InputError at a field that
/// is not known.
std::string checkpoint_path(const std::string& pattern, int epoch, const Logs& logs);

}  // namespace tune::model
