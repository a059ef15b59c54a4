#pragma once

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {

/// What a builder is told about such data; `outputs` are units of the output layer.
model::Problem problem_of(Task task, const std::vector<Column>& columns,
                          std::vector<std::int64_t> shape, std::int64_t outputs);

/// What the builder of a trial makes of its configuration. Throws InputError as the builder does,
/// and if the first output is not for all targets.
model::Recipe build_recipe(const Spec& spec, const base::Configuration& configuration,
                           const model::Problem& problem);

}  // namespace tune::tuner
