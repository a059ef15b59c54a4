// A user's program: `tune` with a model builder of its own.
#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "tuner/cli/program.hpp"

int main(int argc, char** argv) {
  using namespace tune;
  model::builders().add(
      {"one_wide_layer",
       "a single wide layer",
       {base::integer_key("units", std::int64_t{500}, 1, 100000, "its width")},
       [](const base::Reader& options, const model::Problem& problem) {
         model::Recipe recipe{model::Model(model::sequential(
             problem.input_shape, {model::dense(options.integer("units"), {.activation = "relu"}),
                                   model::dense(problem.outputs)}))};
         recipe.model.compile({.optimizer = model::sgd(), .losses = {model::make_loss("mse")}});
         return recipe;
       }});
  return tuner::run_program(argc, argv);
}
