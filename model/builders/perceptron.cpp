#include "model/builders/perceptron.hpp"

#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {

std::vector<base::Key> perceptron_keys() {
  return {
      base::name_key("unit", "heaviside", {"heaviside", "sign"},
                     "the threshold units' step: to 0 and 1, or -1 and 1"),
      base::name_key("rule", "book", {"book", "margin"},
                     "learn from wrong outputs, or where y z <= 0 (scikit-learn's)"),
      base::positive_key("learning_rate", 1.0, 1e6, "step size of the rule"),
  };
}

Recipe build_perceptron(const base::Reader& options, const Problem& problem) {
  if (problem.task == Problem::Task::regression) {
    throw base::InputError("builder: a perceptron does not do regression; use mlp");
  }
  std::vector<LayerPtr> layers;
  if (problem.input_shape.size() != 1) layers.push_back(flatten());
  layers.push_back(dense(problem.outputs, {.kernel_initializer = "zeros"}));
  layers.push_back(activation_layer(options.text("unit")));
  Recipe recipe{Model(sequential(problem.input_shape, layers))};
  recipe.model.compile(
      {.optimizer = sgd({.learning_rate = options.real("learning_rate")}),
       .losses = {perceptron(options.is("rule", "margin") ? PerceptronRule::margin
                                                          : PerceptronRule::book)}});
  return recipe;
}

}  // namespace tune::model
