#include "tuner/study/building.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::tuner {

model::Problem problem_of(Task task, const std::vector<Column>& columns,
                          std::vector<std::int64_t> shape, std::int64_t outputs) {
  model::Problem problem{static_cast<model::Problem::Task>(task), std::move(shape), outputs};
  for (const Column& column : columns) {
    const auto features = std::max<std::size_t>(1, column.categories.size());
    problem.columns.push_back({column.name, static_cast<std::int64_t>(features)});
  }
  return problem;
}

model::Recipe build_recipe(const Spec& spec, const base::Configuration& configuration,
                           const model::Problem& problem) {
  base::Configuration merged;
  const base::Reader options = spec.model(configuration, merged);
  const std::string builder = spec.builder(configuration);
  model::Recipe recipe = model::builders().at(builder).make(options, problem);
  if (!recipe.outputs.empty() && !recipe.outputs[0].empty()) {
    throw base::InputError("builder: the first output of '" + builder + "' is not for all targets");
  }
  return recipe;
}

}  // namespace tune::tuner
