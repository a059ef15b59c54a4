#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

std::vector<base::Key> wide_deep_keys();
/// Wide & deep (Cheng et al. 2016) as in "Hands-On Machine Learning", chapter 10: the features, and
/// what hidden layers make of them, joined before the output layer. With `wide` or `deep` there are
/// two inputs, which see some of the features each; with `auxiliary` a second output behind the
/// hidden layers, for the same targets.
Recipe build_wide_deep(const base::Reader& options, const Problem& problem);

}  // namespace tune::model
