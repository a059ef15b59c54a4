// A user's program: `tune` with model builders of its own.
#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "model/subclassing.hpp"
#include "tuner/cli/program.hpp"

namespace {

using namespace tune;

const std::vector<base::Key> kKeys = {
    base::integer_key("units", std::int64_t{500}, 1, 100000, "its width")};

model::Recipe recipe_of(model::NetworkPtr network) {
  model::Recipe recipe{model::Model(std::move(network))};
  recipe.model.compile({.optimizer = model::sgd(), .losses = {model::make_loss("mse")}});
  return recipe;
}

model::Recipe one_wide_layer(const base::Reader& options, const model::Problem& problem) {
  return recipe_of(model::sequential(
      problem.input_shape, {model::dense(options.integer("units"), {.activation = "relu"}),
                            model::dense(problem.outputs)}));
}

/// The same beside a linear way, as a class.
class WideAndLinear : public model::Subclassed {
 public:
  WideAndLinear(std::int64_t units, std::int64_t outputs)
      : wide_(layer(model::dense(units, {.activation = "relu"}))),
        joined_(layer(model::dense(outputs))) {}

  model::Tensors call(const model::Inputs& inputs, bool) const override {
    return {joined_(model::concatenate({inputs[0], wide_(inputs[0])}))};
  }

 private:
  model::Sublayer wide_, joined_;
};

model::Recipe wide_and_linear(const base::Reader& options, const model::Problem& problem) {
  return recipe_of(model::subclassed(WideAndLinear(options.integer("units"), problem.outputs),
                                     {problem.input_shape}));
}

}  // namespace

int main(int argc, char** argv) {
  model::builders().add({"one_wide_layer", "a single wide layer", kKeys, one_wide_layer});
  model::builders().add({"wide_and_linear", "the same as a class", kKeys, wide_and_linear});
  return tuner::run_program(argc, argv);
}
