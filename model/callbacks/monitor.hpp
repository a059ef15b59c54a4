#pragma once

#include <optional>
#include <string>

#include "model/callbacks/callback.hpp"

namespace tune::model {

/// Keras's mode: is more or less of the monitored figure better? `automatic` knows it of losses and
/// of the model's metrics.
enum class Mode { automatic, min, max };

/// A figure that a callback watches, and the best of it so far: keras.callbacks' MonitorCallback.
class Monitor {
 public:
  /// `owner` is named in messages. The sign of `min_delta` does not matter.
  Monitor(std::string owner, std::string figure, Mode mode, double min_delta);

  /// The figure of an epoch; none where it is one of the validation and the epoch had none. Throws
  /// InputError with the nearest name if there is no such figure.
  std::optional<double> find(const Training& training, int epoch, const Logs& logs) const;
  /// Is `now` better than `reference` by more than min_delta?
  bool improves(const Training& training, double now, double reference) const;
  /// Is it better than the best so far? A figure that is NaN never is.
  bool improves(const Training& training, double now) const;

  void reset(std::optional<double> best = {}) { best_ = best; }
  void set_best(double best) { best_ = best; }
  std::optional<double> best() const { return best_; }

  void save(CallbackState& state) const;
  void restore(const CallbackState& state);

 private:
  bool maximize(const Training& training) const;

  std::string owner_, figure_;
  Mode mode_;
  double min_delta_;
  std::optional<double> best_;
};

}  // namespace tune::model
