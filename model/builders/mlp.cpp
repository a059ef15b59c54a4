#include "model/builders/mlp.hpp"

#include "model/activation.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using Task = Problem::Task;

constexpr std::int64_t kMostUnits = 1 << 16, kMostLayers = 1000;

/// Widths of the hidden layers: `hidden` where it is given, else n_hidden times n_neurons.
std::vector<std::int64_t> widths(const base::Reader& options) {
  std::vector<std::int64_t> widths;
  for (const std::string& item : options.list("hidden")) {
    const base::Value value = base::parse_value(item);
    const auto* width = std::get_if<std::int64_t>(&value);
    if (width == nullptr || *width < 1 || *width > kMostUnits) {
      throw base::InputError("hidden: '" + item + "' is not a number of neurons from 1 to " +
                             std::to_string(kMostUnits));
    }
    widths.push_back(*width);
  }
  if (widths.empty()) {
    widths.assign(static_cast<std::size_t>(options.integer("n_hidden")),
                  options.integer("n_neurons"));
  }
  return widths;
}

std::string output_activation(const Problem& problem) {
  switch (problem.task) {
    case Task::regression:
      return "linear";
    case Task::multiclass:
      return "softmax";
    default:
      return "sigmoid";
  }
}

std::string default_loss(Task task) {
  switch (task) {
    case Task::regression:
      return "mse";
    case Task::multiclass:
      return "sparse_categorical_crossentropy";
    default:
      return "binary_crossentropy";
  }
}

LossPtr make_loss_for(const base::Reader& options, const Problem& problem) {
  const std::string name =
      options.is("loss", "auto") ? default_loss(problem.task) : options.text("loss");
  const bool classes = name.ends_with("categorical_crossentropy");
  if (classes != (problem.task == Task::multiclass)) {
    throw base::InputError(
        "loss: " + name +
        (classes ? " needs task = multiclass"
                 : " does not fit task = multiclass; use sparse_categorical_crossentropy"));
  }
  if (name == "huber") return huber(options.real("huber_delta"));
  return make_loss(name);
}

OptimizerPtr make_optimizer(const base::Reader& options) {
  const auto& row = optimizers().at(options.text("optimizer"));
  base::Configuration given;
  for (const base::Key& key : row.keys) {
    if (options.has(key.name) && !options.is(key.name, "auto"))
      given[key.name] = base::parse_value(options.text(key.name));
  }
  return row.make(base::Reader(given, row.keys));
}

}  // namespace

std::vector<base::Key> mlp_keys() {
  std::vector<std::string> loss_names = {"auto"};
  for (const std::string& name : losses().names()) {
    if (name != "perceptron") loss_names.push_back(name);
  }
  return {
      base::integer_key("n_hidden", std::int64_t{1}, 0, kMostLayers, "number of hidden layers"),
      base::integer_key("n_neurons", std::int64_t{30}, 1, kMostUnits,
                        "neurons of each hidden layer"),
      base::text_key(
          "hidden", "",
          "neurons of each hidden layer, from the input on: 300, 100; wins over n_hidden"),
      base::name_key("activation", "relu", activation_names(), "of the hidden layers"),
      base::name_key("kernel_initializer", "glorot_uniform", initializer_names(),
                     "first weights of every layer"),
      base::name_key("loss", "auto", loss_names, "what training makes small; auto: by task"),
      base::positive_key("huber_delta", 1.0, 1e9,
                         "where the huber loss turns from squared to absolute"),
      base::name_key("optimizer", "sgd", optimizers().names(), "how weights are updated"),
      base::positive_key("learning_rate", "auto", 1e6,
                         "step size of the optimizer; auto: Keras's, 0.01 for sgd, else 0.001",
                         {"auto"}),
      base::real_key("momentum", 0.0, 0, 1, "sgd, rmsprop: share of the last step that is kept"),
      base::flag_key("nesterov", false, "sgd: look ahead along the momentum"),
  };
}

Recipe build_mlp(const base::Reader& options, const Problem& problem) {
  DenseOptions hidden{.activation = options.text("activation"),
                      .kernel_initializer = options.text("kernel_initializer")};
  DenseOptions output = hidden;
  output.activation = output_activation(problem);
  std::vector<LayerPtr> layers;
  if (problem.input_shape.size() != 1) layers.push_back(flatten());
  for (const std::int64_t width : widths(options)) layers.push_back(dense(width, hidden));
  layers.push_back(dense(problem.outputs, output));
  Recipe recipe{Model(sequential(problem.input_shape, layers))};
  recipe.model.compile(
      {.optimizer = make_optimizer(options), .losses = {make_loss_for(options, problem)}});
  return recipe;
}

}  // namespace tune::model
