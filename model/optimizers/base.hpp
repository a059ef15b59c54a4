#pragma once

#include "model/optimizers/optimizer.hpp"

namespace tune::model {

/// What all of Keras's optimizers have in common.
class BaseOptimizer : public Optimizer {
 public:
  BaseOptimizer(double rate, const Clipping& clipping)
      : rate_(static_cast<float>(rate)), clipping_(clipping) {
    check_clipping(clipping);
  }

  float rate() const final { return rate_; }
  Clipping clipping() const final { return clipping_; }
  base::Configuration config() const final {
    base::Configuration config = options();
    config["learning_rate"] = double{rate_};
    describe(clipping_, config);
    return config;
  }

 protected:
  /// Its own options.
  virtual base::Configuration options() const = 0;
  static std::string flag(bool on) { return on ? "yes" : "no"; }

 private:
  float rate_;
  Clipping clipping_;
};

/// 1 - beta^t in float, as Keras computes how far a running mean has got since it was zero.
float started(double beta, std::int64_t t);

/// u_1 u_2 ... u_t of Nadam, which Keras keeps as a variable.
double nadam_product(double beta_1, std::int64_t t);

}  // namespace tune::model
