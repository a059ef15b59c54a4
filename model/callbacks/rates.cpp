#include "model/callbacks/rates.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

void set_rate(Training& training, double rate, const char* owner) {
  if (training.scheduled) {
    throw base::InputError(std::string(owner) +
                           ": the model is compiled with a schedule, which sets the learning rate");
  }
  training.rate = static_cast<float>(rate);
}

}  // namespace

void LearningRateScheduler::on_epoch_begin(Training& training, int epoch) {
  set_rate(training, schedule_(epoch, double{training.rate}), "LearningRateScheduler");
}

void LearningRateScheduler::on_epoch_end(Training& training, int, Logs& logs) {
  logs["learning_rate"] = double{training.rate};
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)),
      monitor_("ReduceLROnPlateau", options_.monitor, options_.mode, options_.min_delta) {
  if (!(options_.factor >= 0 && options_.factor < 1)) {
    throw base::InputError("ReduceLROnPlateau: the factor must be from 0 to below 1");
  }
}

void ReduceLROnPlateau::on_train_begin(Training&) {
  monitor_.reset();
  wait_ = cooldown_left_ = 0;
}

void ReduceLROnPlateau::on_epoch_end(Training& training, int epoch, Logs& logs) {
  logs["learning_rate"] = double{training.rate};
  const std::optional<double> now = monitor_.find(training, epoch, logs);
  if (!now) return;
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    wait_ = 0;
  }
  if (monitor_.improves(training, *now)) {
    monitor_.set_best(*now);
    wait_ = 0;
  } else if (cooldown_left_ == 0 && ++wait_ >= options_.patience &&
             training.rate > static_cast<float>(options_.min_lr)) {
    set_rate(training, std::max(training.rate * options_.factor, options_.min_lr),
             "ReduceLROnPlateau");
    cooldown_left_ = options_.cooldown;
    wait_ = 0;
  }
}

CallbackState ReduceLROnPlateau::save() const {
  CallbackState state{
      .values = {{"wait", std::int64_t{wait_}}, {"cooldown_left", std::int64_t{cooldown_left_}}},
      .arrays = {}};
  monitor_.save(state);
  return state;
}

void ReduceLROnPlateau::restore(const CallbackState& state) {
  wait_ = state.epochs("wait");
  cooldown_left_ = state.epochs("cooldown_left");
  monitor_.restore(state);
}

}  // namespace tune::model
