#include "model/builders/linear.hpp"

#include "model/builders/ends.hpp"
#include "model/builders/fitting.hpp"

namespace tune::model {

std::vector<base::Key> linear_keys() {
  return joined({input_keys(), dense_keys(), output_keys(), fitting_keys()});
}

Recipe build_linear(const base::Reader& options, const Problem& problem) {
  Graph graph;
  const Graph::Handle input = add_input(graph, problem.input_shape, options);
  const Graph::Handle outputs[] = {add_output(graph, input, options, problem)};
  return make_recipe(std::move(graph).build(outputs), options, problem);
}

}  // namespace tune::model
