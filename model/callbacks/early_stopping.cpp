#include "model/callbacks/callback.hpp"
#include "search/base/error.hpp"

namespace tune::model {

void EarlyStopping::on_train_begin(Training&) {
  best_epoch_ = -1;
  wait_ = 0;
  stopped_ = false;
}

void EarlyStopping::on_epoch_end(Training& training, int epoch, Logs& logs) {
  const auto figure = logs.find(options_.monitor);
  if (figure == logs.end()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : logs) names.push_back(name);
    throw base::InputError("EarlyStopping: there is no '" + options_.monitor + "' to monitor" +
                           base::suggestion(options_.monitor, names));
  }
  const double now = figure->second;
  const bool improved =
      options_.maximize ? now - options_.min_delta > best_ : now + options_.min_delta < best_;
  ++wait_;
  if (best_epoch_ < 0 ? now == now : improved) {
    best_ = now;
    best_epoch_ = epoch;
    wait_ = 0;
    if (options_.restore_best_weights) best_weights_ = training.weights;
  } else if (wait_ >= options_.patience && epoch > 0) {
    stopped_ = true;
    training.stop = true;
  }
}

void EarlyStopping::on_train_end(Training& training) {
  // The arrays are copied, not swapped: the workspace points into them.
  if (!options_.restore_best_weights || best_epoch_ < 0) return;
  training.weights.parameters.assign(best_weights_.parameters.begin(),
                                     best_weights_.parameters.end());
  training.weights.state.assign(best_weights_.state.begin(), best_weights_.state.end());
}

}  // namespace tune::model
