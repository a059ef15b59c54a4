#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

std::vector<base::Key> perceptron_keys();
/// Rosenblatt's perceptron: one dense layer of threshold units, weights zero at first, trained by
/// the perceptron's rule (see losses/makers.hpp). For binary and multilabel tasks, and for several
/// classes as one unit a class (the first one that is on, wins). It gives no probabilities.
Recipe build_perceptron(const base::Reader& options, const Problem& problem);

}  // namespace tune::model
