#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "search/base/reader.hpp"

namespace tune::search {

// What pruners that watch the epochs of a fold share.

/// The least value of a curve; NaN if there is nothing but NaN.
inline double least_of(std::span<const float> curve) {
  double least = std::numeric_limits<double>::quiet_NaN();
  for (const float value : curve) least = std::fmin(least, value);
  return least;
}

/// At which epochs a pruner looks: Optuna's n_warmup_steps and interval_steps.
class Looks {
 public:
  explicit Looks(const base::Reader& options)
      : warmup_(static_cast<std::size_t>(options.integer("pruner_n_warmup_steps"))),
        interval_(static_cast<std::size_t>(options.integer("pruner_interval_steps"))) {}

  /// Steps are epochs, from 0.
  bool at(std::size_t step) const { return step >= warmup_ && (step - warmup_) % interval_ == 0; }

  static std::vector<base::Key> keys() {
    return {base::integer_key("pruner_n_warmup_steps", std::int64_t{0}, 0, 1e6,
                              "epochs of each fold after which nothing ends yet"),
            base::integer_key("pruner_interval_steps", std::int64_t{1}, 1, 1e6,
                              "epochs from one look to the next")};
  }

 private:
  std::size_t warmup_, interval_;
};

}  // namespace tune::search
