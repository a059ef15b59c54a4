#pragma once

#include <string>
#include <vector>

#include "search/strategy.hpp"
#include "tuner/spec/spec.hpp"
#include "tuner/study/estimator.hpp"

namespace tune::tuner {

/// What a valid space file says, but its writer has hardly meant.
struct Finding {
  base::Place place;  ///< as Spec::place gives it
  std::string text;   ///< what it is and what to do about it, one line
};
using Findings = std::vector<Finding>;

/// Ranges of more than three decades without log, conditions and forbids that hold nowhere,
/// parameters that are forbidden wherever they are active or without effect where they are, batch
/// size or optimizer searched beside a fixed learning rate.
Findings lint_space(const Spec& spec);
/// Fewer configurations or proposals than trials, configurations listed twice, brackets without a
/// second rung, enqueue_best of nothing.
/// The setting is the strategy's.
Findings lint_study(const Spec& spec, const search::Setting& setting,
                    const search::Strategy& strategy);
/// Batches larger than a fold, rungs that train only a few steps.
Findings lint_steps(const Spec& spec, const search::Strategy& strategy, const Estimator& estimator);

}  // namespace tune::tuner
