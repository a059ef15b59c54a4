#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

std::vector<base::Key> linear_keys();
/// One dense layer from the features to the outputs: linear regression, logistic regression
/// (binary, multilabel) or softmax regression, by gradient descent.
Recipe build_linear(const base::Reader& options, const Problem& problem);

}  // namespace tune::model
