#include "model/callbacks/early_stopping.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::model {

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)),
      monitor_("EarlyStopping", options_.monitor, options_.mode, options_.min_delta) {}

void EarlyStopping::on_train_begin(Training& training) {
  parameters_ = training.weights.parameters.size();
  state_ = training.weights.state.size();
  monitor_.reset();
  best_epoch_ = -1;
  wait_ = 0;
  stopped_ = false;
}

void EarlyStopping::on_epoch_end(Training& training, int epoch, Logs& logs) {
  const std::optional<double> now = monitor_.find(training, epoch, logs);
  if (!now || epoch < options_.start_from_epoch) return;
  ++wait_;
  if (monitor_.improves(training, *now)) {
    monitor_.set_best(*now);
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = training.weights;
    if (!options_.baseline || monitor_.improves(training, *now, *options_.baseline)) wait_ = 0;
  } else if (wait_ >= options_.patience && epoch > 0) {
    stopped_ = true;
    training.stop = true;
  }
}

void EarlyStopping::on_train_end(Training& training) {
  // The arrays are copied, not swapped: the workspace points into them.
  if (!options_.restore_best_weights || best_epoch_ < 0) return;
  std::ranges::copy(best_weights_.parameters, training.weights.parameters.begin());
  std::ranges::copy(best_weights_.state, training.weights.state.begin());
}

CallbackState EarlyStopping::save() const {
  CallbackState state{.values = {{"best_epoch", std::int64_t{best_epoch_}},
                                 {"wait", std::int64_t{wait_}},
                                 {"stopped", std::int64_t{stopped_}}},
                      .arrays = {}};
  monitor_.save(state);
  if (options_.restore_best_weights && best_epoch_ >= 0) {
    state.arrays["best_parameters"] = best_weights_.parameters;
    state.arrays["best_state"] = best_weights_.state;
  }
  return state;
}

void EarlyStopping::restore(const CallbackState& state) {
  best_epoch_ = state.epochs("best_epoch");
  wait_ = state.epochs("wait");
  stopped_ = state.integer("stopped") != 0;
  monitor_.restore(state);
  if (options_.restore_best_weights && best_epoch_ >= 0) {
    best_weights_ = {state.array("best_parameters"), state.array("best_state")};
    if (best_weights_.parameters.size() != parameters_ || best_weights_.state.size() != state_) {
      throw base::InputError("the saved state of EarlyStopping is that of another model");
    }
  }
}

}  // namespace tune::model
