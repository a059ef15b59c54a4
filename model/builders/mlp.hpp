#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

std::vector<base::Key> mlp_keys();
/// Dense hidden layers (see hidden.hpp) between an input and an output (ends.hpp), trained as
/// fitting.hpp says.
Recipe build_mlp(const base::Reader& options, const Problem& problem);

}  // namespace tune::model
