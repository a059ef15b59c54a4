#pragma once

#include "tuner/cli/lint.hpp"

namespace tune::tuner {

/// Parameters of the space that make no difference in some branch of it, so that the same network
/// is trained there again and again: those of hidden layers where there may be none, those of an
/// optimizer or schedule beside another one.
Findings lint_effects(const Spec& spec);

}  // namespace tune::tuner
