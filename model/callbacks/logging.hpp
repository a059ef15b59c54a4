#pragma once

#include <filesystem>
#include <fstream>
#include <iosfwd>
#include <optional>

#include "model/callbacks/callback.hpp"

namespace tune::model {

struct CSVLoggerOptions {
  std::filesystem::path filename;
  char separator = ',';
  bool append = false;  ///< keep what is there
};

/// keras.callbacks.CSVLogger: a line an epoch (from 0) with all figures, sorted by name. The
/// columns are those of the first epoch, with val_ ones beside them if it had none; what an epoch
/// has not got is NA. Each line is on disk when its epoch ends.
class CSVLogger : public Callback {
 public:
  explicit CSVLogger(CSVLoggerOptions options) : options_(std::move(options)) {}

  /// Throws InputError if the file cannot be written; so does on_epoch_end.
  void on_train_begin(Training& training) override;
  void on_epoch_end(Training& training, int epoch, Logs& logs) override;
  void on_train_end(Training& training) override;

 private:
  CSVLoggerOptions options_;
  std::ofstream file_;
  std::vector<std::string> columns_;
  bool header_ = true;
};

/// keras.callbacks.TerminateOnNaN: ends the training at a batch whose loss is not finite, with
/// Keras's line if it is given a stream. Model::fit ends there anyway (History::diverged); this
/// says where.
class TerminateOnNaN : public Callback {
 public:
  /// raise_error: throws std::runtime_error there.
  explicit TerminateOnNaN(std::ostream* out = nullptr, bool raise_error = false)
      : out_(out), raise_error_(raise_error) {}

  void on_train_begin(Training& training) override;
  void on_train_batch_end(Training& training, Index batch, const BatchLogs& logs) override;

  /// The batch of its epoch, from 0; none if all losses were finite.
  std::optional<Index> batch() const { return batch_; }

 private:
  std::ostream* out_;
  bool raise_error_;
  std::optional<Index> batch_;
};

}  // namespace tune::model
