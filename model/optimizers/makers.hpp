#pragma once

#include "model/optimizers/optimizer.hpp"

// Keras's optimizers with its defaults. Formulas are keras.optimizers' (Keras 3), where `rate` is
// the learning rate, g the gradient and w the parameter. All throw InputError if more than one way
// of clipping is asked for.

namespace tune::model {

struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
  Clipping clipping = {};
};
/// v = momentum v - rate g; w += v (Nesterov: w += momentum v - rate g).
OptimizerPtr sgd(const SgdOptions& options = {});

struct AdagradOptions {
  double learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
  Clipping clipping = {};
};
/// a += g^2; w -= rate g / sqrt(a + epsilon).
OptimizerPtr adagrad(const AdagradOptions& options = {});

struct RmspropOptions {
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;
  Clipping clipping = {};
};
/// v = rho v + (1 - rho) g^2; m = momentum m + rate g / sqrt(v + epsilon); w -= m. Centered: from v
/// the square of the gradient's own running mean is taken off first.
OptimizerPtr rmsprop(const RmspropOptions& options = {});

struct AdamOptions {
  double learning_rate = 0.001;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  Clipping clipping = {};
};
/// m and v are the running means of g and g^2; w -= rate sqrt(1 - beta_2^t) / (1 - beta_1^t) m /
/// (sqrt(v) + epsilon). AMSGrad divides by the largest v so far. Kingma and Ba 2015.
OptimizerPtr adam(const AdamOptions& options = {});

struct AdamwOptions {
  double learning_rate = 0.001;
  double weight_decay = 0.004;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  Clipping clipping = {};
};
/// Adam after w -= rate weight_decay w, for all parameters. Loshchilov and Hutter 2019.
OptimizerPtr adamw(const AdamwOptions& options = {});

struct AdamaxOptions {
  double learning_rate = 0.001;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-7;
  Clipping clipping = {};
};
/// u = max(beta_2 u, |g|); w -= rate / (1 - beta_1^t) m / (u + epsilon), with Adam's m.
OptimizerPtr adamax(const AdamaxOptions& options = {});

struct NadamOptions {
  double learning_rate = 0.001;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-7;
  Clipping clipping = {};
};
/// Adam with Nesterov's momentum, whose share u_t = beta_1 (1 - 0.96^t / 2) grows over the first
/// steps. Dozat 2016.
OptimizerPtr nadam(const NadamOptions& options = {});

}  // namespace tune::model
