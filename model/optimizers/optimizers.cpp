#include "model/optimizers/optimizer.hpp"

namespace tune::model {

const Optimizers& optimizers() {
  static const Optimizers kOptimizers(
      "optimizer", {{"sgd",
                     "stochastic gradient descent",
                     {base::positive_key("learning_rate", 0.01, 1e6, "step size"),
                      base::real_key("momentum", 0.0, 0, 1, "share of the last step that is kept"),
                      base::flag_key("nesterov", false, "look ahead along the momentum")},
                     [](const base::Reader& options) {
                       return sgd({options.real("learning_rate"), options.real("momentum"),
                                   options.flag("nesterov")});
                     }}});
  return kOptimizers;
}

}  // namespace tune::model
