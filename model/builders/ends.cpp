#include "model/builders/ends.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "model/activation.hpp"
#include "model/term.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using Task = Problem::Task;
using base::InputError;
using base::Reader;

struct Bounds {
  double low, high;
};

/// What `output` says.
struct Output {
  std::string activation;             ///< or auto
  std::optional<Bounds> bounds = {};  ///< none: the function's own
};

/// Between which values a function of the output stays; none: not bounded.
std::optional<Bounds> own_bounds(const std::string& activation) {
  if (activation == "sigmoid" || activation == "hard_sigmoid") return Bounds{0, 1};
  if (activation == "tanh" || activation == "softsign") return Bounds{-1, 1};
  return {};
}

std::vector<std::string> output_names() {
  std::vector<std::string> names = activation_names();
  std::erase(names, "heaviside");
  std::erase(names, "sign");
  names.insert(names.begin(), "auto");
  return names;
}

Output parse_output(const std::string& text) {
  const Term term = parse_term(text);
  const std::vector<std::string> names = output_names();
  if (std::ranges::find(names, term.name) == names.end()) {
    throw InputError("unknown activation '" + term.name + "'" + base::suggestion(term.name, names));
  }
  if (text.find('(') == text.npos) return {term.name};
  if (!own_bounds(term.name)) {
    throw InputError("'" + term.name +
                     "' takes no numbers; sigmoid, hard_sigmoid, tanh and "
                     "softsign take the bounds of the output");
  }
  const bool two = term.numbers.size() == 2;
  if (!two || !(term.numbers[0] < term.numbers[1]) ||
      !std::isfinite(term.numbers[1] - term.numbers[0])) {
    throw InputError("'" + text + "' needs two bounds, the lower one first: " + term.name +
                     "(0, 5)");
  }
  return {term.name, Bounds{term.numbers[0], term.numbers[1]}};
}

std::string usual_output(Task task) {
  switch (task) {
    case Task::regression:
      return "linear";
    case Task::multiclass:
      return "softmax";
    default:
      return "sigmoid";
  }
}

/// Throws InputError if a task has its own output and `output` says another one.
Output output_for(const Reader& options, Task task) {
  const std::string usual = usual_output(task), text = options.text("output");
  Output output = parse_output(text);
  if (output.activation == "auto") return {usual};
  if (task != Task::regression && text != usual) {
    throw InputError("output: " + text + " does not fit the task; a classifier's is " + usual);
  }
  return output;
}

}  // namespace

std::vector<base::Key> input_keys() {
  return {base::flag_key("normalize", false,
                         "begin with a layer that is adapted to the training rows (Keras's "
                         "Normalization), for [data] scale = none")};
}

Graph::Handle add_input(Graph& graph, Shape shape, const Reader& options, std::string name) {
  const bool flat = shape.size() == 1;
  Graph::Handle last = graph.input(std::move(shape), std::move(name));
  if (options.flag("normalize")) last = graph.add(normalization(), last);
  return flat ? last : graph.add(flatten(), last);
}

std::vector<base::Key> dense_keys() {
  return {
      base::text_key("kernel_initializer", "glorot_uniform",
                     "first weights of every layer: he_normal, random_normal(0, 0.05) and others",
                     [](const std::string& text) { initializer(text); }),
      base::real_key("l1", 0.0, 0, 1e6, "this times the sum of all |weights| is added to the loss"),
      base::real_key("l2", 0.0, 0, 1e6, "this times the sum of their squares is added to the loss"),
  };
}

DenseOptions dense_options(const Reader& options, std::string activation) {
  return {.activation = std::move(activation),
          .kernel_initializer = options.text("kernel_initializer"),
          .kernel_regularizer = to_text(Regularizer{options.real("l1"), options.real("l2")})};
}

std::vector<base::Key> output_keys() {
  return {base::text_key("output", "auto",
                         "activation of a regression's outputs: linear (auto), softplus, relu and "
                         "others, or within bounds: sigmoid(0, 5), tanh(-1, 3)",
                         [](const std::string& text) { parse_output(text); })};
}

Graph::Handle add_output(Graph& graph, Graph::Handle input, const Reader& options,
                         const Problem& problem, std::string name) {
  const Output output = output_for(options, problem.task);
  const LayerPtr layer = dense(problem.outputs, dense_options(options, output.activation));
  if (!output.bounds) return graph.add(layer, input, std::move(name));
  const Bounds own = *own_bounds(output.activation), wanted = *output.bounds;
  const double scale = (wanted.high - wanted.low) / (own.high - own.low);
  return graph.add(rescaling(scale, wanted.low - own.low * scale), graph.add(layer, input),
                   std::move(name));
}

std::vector<base::Key> joined(std::initializer_list<std::vector<base::Key>> tables) {
  std::vector<base::Key> keys;
  for (const std::vector<base::Key>& table : tables) {
    keys.insert(keys.end(), table.begin(), table.end());
  }
  return keys;
}

}  // namespace tune::model
