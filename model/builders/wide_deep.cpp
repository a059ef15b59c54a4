#include "model/builders/wide_deep.hpp"

#include "model/builders/ends.hpp"
#include "model/builders/features.hpp"
#include "model/builders/fitting.hpp"
#include "model/builders/hidden.hpp"

namespace tune::model {
namespace {

using Handle = Graph::Handle;

/// Where the wide and the deep part begin, and which features they see.
struct Inputs {
  Handle wide, deep;
  std::vector<Selection> selections = {};
};

Inputs add_inputs(Graph& graph, const base::Reader& options, const Problem& problem) {
  Selection wide = selected_features(options, "wide", problem),
            deep = selected_features(options, "deep", problem);
  if (wide.empty() && deep.empty()) {
    const Handle both = add_input(graph, problem.input_shape, options);
    return {both, both};
  }
  const auto add = [&](const Selection& selection, const char* name) {
    const auto count = static_cast<std::int64_t>(selection.size());
    const Shape shape = selection.empty() ? problem.input_shape : Shape{count};
    return add_input(graph, shape, options, name);
  };
  const Handle from_wide = add(wide, "wide_input"), from_deep = add(deep, "deep_input");
  return {from_wide, from_deep, {std::move(wide), std::move(deep)}};
}

}  // namespace

std::vector<base::Key> wide_deep_keys() {
  return joined({{base::text_key("wide", "all",
                                 "columns with a direct way to the output, by names or numbers "
                                 "from 0: 0-4, longitude"),
                  base::text_key("deep", "all",
                                 "columns that the hidden layers see; unless both are all, the "
                                 "model has two inputs"),
                  base::real_key("auxiliary", 0.0, 0, 0.99,
                                 "share of the loss of a second output, right behind the hidden "
                                 "layers; 0: there is none")},
                 hidden_keys(2, 1),
                 input_keys(),
                 dense_keys(),
                 output_keys(),
                 fitting_keys()});
}

Recipe build_wide_deep(const base::Reader& options, const Problem& problem) {
  Graph graph;
  Inputs inputs = add_inputs(graph, options, problem);
  const Handle hidden = add_hidden(graph, inputs.deep, options, problem);
  const Handle parts[] = {inputs.wide, hidden};
  const Handle joint = graph.add(concatenate(), parts);
  std::vector<Handle> outputs = {add_output(graph, joint, options, problem, "main_output")};
  std::vector<float> shares;
  if (const double auxiliary = options.real("auxiliary"); auxiliary > 0) {
    outputs.push_back(add_output(graph, hidden, options, problem, "aux_output"));
    shares = {static_cast<float>(1 - auxiliary), static_cast<float>(auxiliary)};
  }
  Recipe recipe = make_recipe(std::move(graph).build(outputs), options, problem, shares);
  recipe.inputs = std::move(inputs.selections);
  return recipe;
}

}  // namespace tune::model
