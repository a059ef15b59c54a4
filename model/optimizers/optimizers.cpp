#include <algorithm>
#include <cmath>

#include "model/optimizers/base.hpp"
#include "model/optimizers/makers.hpp"

namespace tune::model {
namespace {

using base::Key;
using base::Reader;

/// The nearest to 1 that a share of what is kept may come: in float it is still below.
constexpr double kAlmostAll = 1 - 1e-6;

/// The keys of one optimizer between those that all have.
std::vector<Key> keys(double learning_rate, std::vector<Key> own) {
  own.insert(own.begin(), base::positive_key("learning_rate", learning_rate, 1e6, "step size"));
  for (Key& key : clipping_keys()) own.push_back(std::move(key));
  return own;
}

Key epsilon_key() {
  return base::positive_key("epsilon", 1e-7, 1, "keeps divisions away from zero");
}

std::vector<Key> adam_keys(double learning_rate, std::vector<Key> own = {}) {
  own.insert(own.begin(), {base::real_key("beta_1", 0.9, 0, kAlmostAll,
                                          "share of the mean gradient that is kept"),
                           base::real_key("beta_2", 0.999, 0, kAlmostAll,
                                          "share of the mean squared gradient that is kept"),
                           epsilon_key()});
  return keys(learning_rate, std::move(own));
}

Key amsgrad_key() {
  return base::flag_key("amsgrad", false, "divide by the largest mean square so far");
}

/// Reads what Adam and its relatives share.
template <class Options>
Options adam_like(const Reader& options) {
  Options read;
  read.learning_rate = options.real("learning_rate");
  read.beta_1 = options.real("beta_1");
  read.beta_2 = options.real("beta_2");
  read.epsilon = options.real("epsilon");
  read.clipping = read_clipping(options);
  return read;
}

OptimizerPtr make_sgd(const Reader& options) {
  return sgd({.learning_rate = options.real("learning_rate"),
              .momentum = options.real("momentum"),
              .nesterov = options.flag("nesterov"),
              .clipping = read_clipping(options)});
}

OptimizerPtr make_adagrad(const Reader& options) {
  return adagrad({.learning_rate = options.real("learning_rate"),
                  .initial_accumulator_value = options.real("initial_accumulator_value"),
                  .epsilon = options.real("epsilon"),
                  .clipping = read_clipping(options)});
}

OptimizerPtr make_rmsprop(const Reader& options) {
  return rmsprop({.learning_rate = options.real("learning_rate"),
                  .rho = options.real("rho"),
                  .momentum = options.real("momentum"),
                  .epsilon = options.real("epsilon"),
                  .centered = options.flag("centered"),
                  .clipping = read_clipping(options)});
}

OptimizerPtr make_adam(const Reader& options) {
  auto read = adam_like<AdamOptions>(options);
  read.amsgrad = options.flag("amsgrad");
  return adam(read);
}

OptimizerPtr make_adamw(const Reader& options) {
  auto read = adam_like<AdamwOptions>(options);
  read.amsgrad = options.flag("amsgrad");
  read.weight_decay = options.real("weight_decay");
  return adamw(read);
}

OptimizerPtr make_adamax(const Reader& options) {
  return adamax(adam_like<AdamaxOptions>(options));
}

OptimizerPtr make_nadam(const Reader& options) {
  return nadam(adam_like<NadamOptions>(options));
}

}  // namespace

float started(double beta, std::int64_t t) {
  return 1 - std::pow(static_cast<float>(beta), static_cast<float>(t));
}

Floats fresh_memory(const Optimizer& optimizer, std::size_t parameters) {
  Floats memory(optimizer.slots() * parameters);
  for (std::size_t slot = 0; slot < optimizer.slots(); ++slot) {
    std::fill_n(memory.data() + slot * parameters, parameters, optimizer.initial(slot));
  }
  return memory;
}

const Optimizers& optimizers() {
  static const Optimizers kOptimizers(
      "optimizer",
      {{"sgd", "stochastic gradient descent",
        keys(0.01, {base::real_key("momentum", 0.0, 0, 1, "share of the last step that is kept"),
                    base::flag_key("nesterov", false, "look ahead along the momentum")}),
        make_sgd},
       {"adagrad", "steps shrink by the sum of the squared gradients",
        keys(0.001, {base::real_key("initial_accumulator_value", 0.1, 0, 1e9,
                                    "where the sum of squares starts"),
                     epsilon_key()}),
        make_adagrad},
       {"rmsprop", "steps scaled by the running mean of the squared gradients",
        keys(0.001, {base::real_key("rho", 0.9, 0, 1, "share of the mean that is kept"),
                     base::real_key("momentum", 0.0, 0, 1, "share of the last step that is kept"),
                     epsilon_key(),
                     base::flag_key("centered", false, "by the variance, not the mean square")}),
        make_rmsprop},
       {"adam", "adaptive moments", adam_keys(0.001, {amsgrad_key()}), make_adam},
       {"adamw", "adam with weights that decay",
        adam_keys(0.001, {amsgrad_key(),
                          base::real_key("weight_decay", 0.004, 0, 1e6,
                                         "share of a weight that a step of rate 1 takes off")}),
        make_adamw},
       {"adamax", "adam by the largest gradient, decaying, in place of the mean square",
        adam_keys(0.001), make_adamax},
       {"nadam", "adam with Nesterov's momentum", adam_keys(0.001), make_nadam}});
  return kOptimizers;
}

}  // namespace tune::model
