#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

std::vector<base::Key> mlp_keys();
/// Dense hidden layers and an output layer that fits the task: linear for regression, sigmoid for
/// binary and multilabel, softmax for multiclass; loss by task unless given.
Recipe build_mlp(const base::Reader& options, const Problem& problem);

}  // namespace tune::model
