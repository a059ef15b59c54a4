#pragma once

#include <functional>

#include "model/callbacks/callback.hpp"

namespace tune::model {

/// keras.callbacks.LambdaCallback: hooks from functions, by Keras's names; those that are not given
/// do nothing.
class LambdaCallback : public Callback {
 public:
  struct Hooks {
    std::function<void(Training&)> on_train_begin = {}, on_train_end = {};
    std::function<void(Training&, int epoch)> on_epoch_begin = {};
    std::function<void(Training&, int epoch, Logs&)> on_epoch_end = {};
    std::function<void(Training&, Index batch)> on_train_batch_begin = {};
    std::function<void(Training&, Index batch, const BatchLogs&)> on_train_batch_end = {};
  };

  explicit LambdaCallback(Hooks hooks) : hooks_(std::move(hooks)) {}

  void on_train_begin(Training& training) override { call(hooks_.on_train_begin, training); }
  void on_train_end(Training& training) override { call(hooks_.on_train_end, training); }
  void on_epoch_begin(Training& training, int epoch) override {
    call(hooks_.on_epoch_begin, training, epoch);
  }
  void on_epoch_end(Training& training, int epoch, Logs& logs) override {
    call(hooks_.on_epoch_end, training, epoch, logs);
  }
  void on_train_batch_begin(Training& training, Index batch) override {
    call(hooks_.on_train_batch_begin, training, batch);
  }
  void on_train_batch_end(Training& training, Index batch, const BatchLogs& logs) override {
    call(hooks_.on_train_batch_end, training, batch, logs);
  }

 private:
  template <class Hook, class... Arguments>
  static void call(const Hook& hook, Arguments&... arguments) {
    if (hook) hook(arguments...);
  }

  Hooks hooks_;
};

}  // namespace tune::model
