#include "model/fit.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/callbacks/callback_list.hpp"
#include "model/fit_data.hpp"
#include "model/inference.hpp"
#include "model/optimizer_memory.hpp"
#include "model/regularization.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

Index largest_batch(const Samples& samples, const Fit& options) {
  return std::min(options.batch_size, static_cast<Index>(samples.rows.size()));
}

/// How the batches of a training are shared out among epochs: an epoch is a pass over the rows, or
/// with steps_per_epoch a part of one.
class Plan {
 public:
  Plan(std::size_t rows, Index batch_size, Index steps_per_epoch)
      : batches_((static_cast<Index>(rows) - 1) / batch_size + 1),
        steps_(steps_per_epoch == 0 ? batches_ : steps_per_epoch),
        parts_((batches_ - 1) / steps_ + 1) {
    if (steps_ <= batches_) return;
    throw base::InputError("fit: steps_per_epoch is " + std::to_string(steps_) +
                           ", but the samples make " + std::to_string(batches_) + " batches");
  }

  Index steps() const { return steps_; }
  Index pass(int epoch) const { return epoch / parts_; }
  /// Of an epoch, in its pass.
  Index first_batch(int epoch) const { return epoch % parts_ * steps_; }
  Index batches(int epoch) const { return std::min(steps_, batches_ - first_batch(epoch)); }
  std::int64_t steps_before(int epoch) const {
    return std::int64_t{pass(epoch)} * batches_ + first_batch(epoch);
  }

 private:
  Index batches_, steps_, parts_;
};

}  // namespace

/// One run of the training loop.
class Trainer {
 public:
  Trainer(Model& model, const FitData& data, const Fit& options, const CallbackList& callbacks)
      : model_(model),
        optimizer_(*model.compiled_.optimizer),
        schedule_(model.compiled_.schedule.get()),
        rows_(data.train.rows),
        options_(options),
        callbacks_(callbacks),
        plan_(rows_.size(), options.batch_size, options.steps_per_epoch),
        steps_in_all_(plan_.steps_before(options.schedule_epochs == 0 ? options.epochs
                                                                      : options.schedule_epochs)),
        fused_(model.compiled_.losses.size()),
        workspace_(*model.network_, model.weights_, largest_batch(data.train, options),
                   model.frozen_),
        batch_(data.train, workspace_.max_samples()),
        train_(model, ""),
        regularization_(*model.network_, model.frozen_),
        clipper_(optimizer_.clipping(), *model.network_),
        fuses_steps_(optimizer_.plain() && optimizer_.clipping() == Clipping{} &&
                     regularization_.empty()),
        updated_(updated_ranges(model, fuses_steps_)),
        memory_(fresh_memory(optimizer_, updated_)),
        order_(rows_.begin(), rows_.end()),
        training_{.weights = model.weights_,
                  .rate = optimizer_.rate(),
                  .scheduled = schedule_ != nullptr,
                  .epochs = options.epochs,
                  .batches = plan_.steps(),
                  .validation_freq = options.validation_freq,
                  .model = &model} {
    if (!data.validation) return;
    validation_.emplace(model, *data.validation, options.validation_batch_size,
                        options.validation_steps);
  }

  History run() {
    for (Callback* callback : callbacks_) callback->on_train_begin(training_);
    int epoch = options_.initial_epoch;
    if (options_.state != nullptr && !options_.state->empty()) epoch = restore(*options_.state);
    history_.initial_epoch = epoch;
    while (epoch < options_.epochs && !training_.stop && train(epoch)) ++epoch;
    const bool whole = !history_.cancelled && !history_.diverged;
    if (options_.state != nullptr && whole) save(epoch, *options_.state);
    for (Callback* callback : callbacks_) callback->on_train_end(training_);
    return std::move(history_);
  }

 private:
  /// One epoch; false if it was not finished.
  bool train(int epoch) {
    for (Callback* callback : callbacks_) callback->on_epoch_begin(training_, epoch);
    train_.reset();
    penalties_ = seen_ = 0;
    shuffle(epoch);
    if (!train_batches(epoch)) return false;
    Logs logs;
    train_.report(logs);
    logs["loss"] += penalties_ / seen_;
    if (validation_ && (epoch + 1) % options_.validation_freq == 0) {
      for (const auto& [name, value] : validation_->run(callbacks_, true)) {
        logs["val_" + name] = value;
      }
    }
    for (Callback* callback : callbacks_) callback->on_epoch_end(training_, epoch, logs);
    history_.epochs.push_back(std::move(logs));
    return true;
  }

  /// The order of a pass depends on its number alone, not on the passes before.
  void shuffle(int epoch) {
    if (!options_.shuffle || pass_ == plan_.pass(epoch)) return;
    pass_ = plan_.pass(epoch);
    std::ranges::copy(rows_, order_.begin());
    const auto number = static_cast<std::uint64_t>(pass_);
    options_.rng.split(base::stream::batches).split(number).shuffle(order_);
  }

  bool train_batches(int epoch) {
    const base::Rng noise =
        options_.rng.split(base::stream::noise).split(static_cast<std::uint64_t>(epoch));
    const auto most = static_cast<std::size_t>(workspace_.max_samples());
    const std::int64_t before = plan_.steps_before(epoch);
    for (Index step = 0; step < plan_.batches(epoch); ++step) {
      if (options_.cancelled && options_.cancelled()) {
        history_.cancelled = true;
        return false;
      }
      if (schedule_ != nullptr) training_.rate = schedule_->rate(before + step, steps_in_all_);
      const auto start = static_cast<std::size_t>(plan_.first_batch(epoch) + step) * most;
      const auto rows = std::span(order_).subspan(start, std::min(most, order_.size() - start));
      for (Callback* callback : callbacks_) callback->on_train_batch_begin(training_, step);
      const double loss = train_batch(rows, noise.split(static_cast<std::uint64_t>(step)));
      const BatchLogs logs(train_, loss);
      for (Callback* callback : callbacks_) {
        callback->on_train_batch_end(training_, step, logs);
      }
      if (!std::isfinite(loss)) {
        history_.diverged = true;
        return false;
      }
      if (training_.stop) break;
    }
    return true;
  }

  double train_batch(std::span<const std::uint32_t> rows, const base::Rng& noise) {
    const auto count = static_cast<Index>(rows.size());
    batch_.fetch(rows, workspace_);
    workspace_.forward(count, true, noise);
    find_fused();
    const double loss =
        train_.add(workspace_, batch_.targets(), batch_.weights(), count, true, fused_);
    workspace_.backward(count, fused_, fuses_steps_ ? training_.rate : 0.0f);
    const std::span<float> parameters = model_.weights_.parameters;
    const std::span<float> gradients = workspace_.parameter_gradients();
    const double penalty = regularization_.add_gradient(parameters, gradients);
    penalties_ += penalty * static_cast<double>(count);
    seen_ += static_cast<double>(count);
    clipper_.apply(gradients);
    ++training_.iteration;
    std::span<float> memory = memory_;
    for (const auto& [offset, size] : updated_) {
      optimizer_.step(parameters.subspan(offset, size), gradients.subspan(offset, size),
                      memory.first(optimizer_.slots() * size), training_.rate, training_.iteration);
      memory = memory.subspan(optimizer_.slots() * size);
    }
    regularization_.constrain(parameters);
    return loss + penalty;
  }

  /// Which losses can take their gradient before the last activation: that may depend on the way
  /// that the batch went.
  void find_fused() {
    for (std::size_t i = 0; i < fused_.size(); ++i) {
      const Activation* last = workspace_.output_activation(i);
      fused_[i] = last != nullptr && model_.compiled_.losses[i]->fuses(*last);
    }
  }

  void save(int epoch, TrainingState& state) const {
    state.epoch = epoch;
    state.stopped = training_.stop;
    state.iteration = training_.iteration;
    state.rate = training_.rate;
    state.weights = model_.weights_;
    state.memory = memory_;
    state.callbacks.clear();
    for (const Callback* callback : options_.callbacks) state.callbacks.push_back(callback->save());
  }

  /// Returns the epoch to go on with.
  int restore(const TrainingState& state) {
    if (options_.initial_epoch != 0 && options_.initial_epoch != state.epoch) {
      throw base::InputError("fit: the training is to go on in epoch " +
                             std::to_string(options_.initial_epoch) + ", its state is that of " +
                             std::to_string(state.epoch));
    }
    if (state.weights.parameters.size() != model_.weights_.parameters.size() ||
        state.weights.state.size() != model_.weights_.state.size() ||
        state.memory.size() != memory_.size()) {
      throw base::InputError("fit: the state is that of another model or optimizer");
    }
    if (state.callbacks.size() != options_.callbacks.size()) {
      throw base::InputError("fit: the state is that of a training with " +
                             std::to_string(state.callbacks.size()) + " callbacks, not " +
                             std::to_string(options_.callbacks.size()));
    }
    for (std::size_t i = 0; i < state.callbacks.size(); ++i) {
      options_.callbacks[i]->restore(state.callbacks[i]);
    }
    // Copied in place: the workspaces point there.
    std::ranges::copy(state.weights.parameters, model_.weights_.parameters.begin());
    std::ranges::copy(state.weights.state, model_.weights_.state.begin());
    memory_ = state.memory;
    training_.stop = state.stopped;
    training_.iteration = state.iteration;
    training_.rate = state.rate;
    return state.epoch;
  }

  Model& model_;
  const Optimizer& optimizer_;
  const Schedule* schedule_;
  std::span<const std::uint32_t> rows_;
  const Fit& options_;
  const CallbackList& callbacks_;  ///< those of the options, and perhaps one more
  Plan plan_;
  std::int64_t steps_in_all_;
  std::vector<bool> fused_;
  Workspace workspace_;
  Batch batch_;
  Evaluation train_;
  std::optional<Tester> validation_;
  Regularization regularization_;
  Clipper clipper_;
  bool fuses_steps_;  ///< layers that can take plain steps themselves do
  std::vector<UpdatedRange> updated_;
  Floats memory_;
  double seen_ = 0;       ///< samples of this epoch
  double penalties_ = 0;  ///< of the batches of this epoch, times their samples
  std::vector<std::uint32_t> order_;
  Index pass_ = -1;  ///< that `order_` is the order of
  Training training_;
  History history_;
};

History Model::fit(const Samples& samples, const Samples* validation, const Fit& options) {
  check(samples, true);
  if (validation != nullptr) check(*validation, true);
  const FitData data = fit_data(samples, validation, options);
  const CallbackList callbacks(options.callbacks, options.verbose);
  return Trainer(*this, data, options, callbacks).run();
}

}  // namespace tune::model
