#include "model/builders/mlp.hpp"

#include "model/builders/ends.hpp"
#include "model/builders/fitting.hpp"
#include "model/builders/hidden.hpp"

namespace tune::model {

std::vector<base::Key> mlp_keys() {
  return joined({hidden_keys(1, 0), input_keys(), dense_keys(), output_keys(), fitting_keys()});
}

Recipe build_mlp(const base::Reader& options, const Problem& problem) {
  Graph graph;
  const Graph::Handle input = add_input(graph, problem.input_shape, options);
  const Graph::Handle hidden = add_hidden(graph, input, options, problem);
  const Graph::Handle outputs[] = {add_output(graph, hidden, options, problem)};
  return make_recipe(std::move(graph).build(outputs), options, problem);
}

}  // namespace tune::model
