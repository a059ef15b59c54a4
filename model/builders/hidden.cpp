#include "model/builders/hidden.hpp"

#include <algorithm>
#include <cmath>

#include "model/activation.hpp"
#include "model/builders/ends.hpp"
#include "model/builders/merged_keys.hpp"
#include "model/layers/catalogue.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::Key;
using base::Reader;

constexpr std::int64_t kMostUnits = 1 << 16, kMostLayers = 1000;

std::vector<std::int64_t> parse_widths(const std::string& text) {
  std::vector<std::int64_t> widths;
  for (const std::string& item : base::split_list(text)) {
    const base::Value value = base::parse_value(item);
    const auto* width = std::get_if<std::int64_t>(&value);
    if (width == nullptr || *width < 1 || *width > kMostUnits) {
      throw base::InputError("'" + item + "' is not a number of neurons from 1 to " +
                             std::to_string(kMostUnits));
    }
    widths.push_back(*width);
  }
  return widths;
}

/// What of a BatchNormalization is left to the user.
std::string batch_norm_key(const std::string& option) {
  return option == "momentum" || option == "epsilon" ? "batch_norm_" + option : "";
}

std::vector<Key> batch_norm_keys() {
  const auto& row = layers().at("BatchNormalization");
  const RowKeys rows[] = {{row.name, row.keys}};
  return merged_keys(rows, batch_norm_key);
}

bool drops_alpha(const Reader& options) {
  return options.is("dropout_kind", "alpha") ||
         (options.is("dropout_kind", "auto") && options.is("activation", "selu"));
}

Graph::Handle add_dropout(Graph& graph, Graph::Handle last, const Reader& options,
                          const char* rate_key) {
  const double rate = options.real(rate_key);
  if (rate == 0) return last;
  return graph.add(drops_alpha(options) ? alpha_dropout(rate) : dropout(rate), last);
}

Graph::Handle add_hidden_layer(Graph& graph, Graph::Handle last, std::int64_t width,
                               const Reader& options) {
  const auto norm = [&] {
    return make_row(layers().at("BatchNormalization"), options, batch_norm_key);
  };
  DenseOptions units = dense_options(options, options.text("activation"));
  if (!options.is("max_norm", "none")) {
    units.kernel_constraint = max_norm_text(options.real("max_norm"));
  }
  const bool before = options.is("batch_norm", "before");
  if (before) {
    units.activation = "linear";
    units.use_bias = false;  // The normalisation has its own.
  }
  last = graph.add(dense(width, units), last);
  if (!options.is("batch_norm", "none")) last = graph.add(norm(), last);
  if (before) last = graph.add(activation_layer(options.text("activation")), last);
  return add_dropout(graph, last, options, "dropout");
}

}  // namespace

std::vector<Key> hidden_keys(std::int64_t layers, std::int64_t fewest) {
  const auto count = static_cast<double>(fewest);
  return joined(
      {{base::integer_key("n_hidden", layers, count, kMostLayers, "number of hidden layers"),
        base::integer_key("n_neurons", std::int64_t{30}, 1, kMostUnits,
                          "neurons of each hidden layer, or of the first one"),
        base::name_key("shape", "constant", {"constant", "funnel", "pyramid"},
                       "their widths from n_neurons on: all alike, smaller by the same number "
                       "(LCBench's funnel), or by the same factor"),
        base::integer_key("n_last", "auto", 1, kMostUnits,
                          "funnel, pyramid: neurons of the last hidden layer; auto: they go on to "
                          "the number of outputs in the layer behind it",
                          {"auto"}),
        base::text_key("hidden", "",
                       "neurons of each hidden layer, from the input on: 300, 100; wins over "
                       "n_hidden, n_neurons and shape",
                       [](const std::string& text) { parse_widths(text); }),
        base::name_key("activation", "relu", activation_names(), "of the hidden layers"),
        base::real_key("input_dropout", 0.0, 0, 0.99,
                       "share of the inputs that is dropped in training"),
        base::real_key("dropout", 0.0, 0, 0.99,
                       "share of each hidden layer's outputs that is dropped in training"),
        base::name_key("dropout_kind", "auto", {"auto", "plain", "alpha"},
                       "alpha dropout keeps mean and variance of SELU's outputs; auto: alpha for "
                       "activation = selu, else plain"),
        base::name_key("batch_norm", "none", {"none", "before", "after"},
                       "batch normalisation of each hidden layer, before or after its "
                       "activation")},
       batch_norm_keys(),
       {base::positive_key("max_norm", "none", 1e6,
                           "largest norm of the weights into each hidden neuron", {"none"})}});
}

bool needs_hidden_layers(std::string_view option) {
  if (option == "n_hidden" || option == "hidden" || option == "input_dropout") return false;
  return base::find_key(hidden_keys(0, 0), option) != nullptr;
}

std::vector<std::int64_t> hidden_widths(const Reader& options, std::int64_t outputs) {
  if (const auto given = parse_widths(options.text("hidden")); !given.empty()) return given;
  const std::int64_t count = options.integer("n_hidden"), first = options.integer("n_neurons");
  std::vector<std::int64_t> widths(static_cast<std::size_t>(count), first);
  const bool onward = options.is("n_last", "auto");
  const std::int64_t steps = onward ? count : count - 1;
  if (options.is("shape", "constant") || steps < 1) return widths;
  const std::int64_t last = onward ? std::min(first, outputs) : options.integer("n_last");
  const double ratio = static_cast<double>(last) / static_cast<double>(first);
  for (std::int64_t i = 1; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(steps);
    widths[static_cast<std::size_t>(i)] =
        options.is("shape", "funnel")
            ? first - i * ((first - last) / steps)
            : std::llround(static_cast<double>(first) * std::pow(ratio, share));
  }
  if (!onward) widths.back() = last;
  return widths;
}

Graph::Handle add_hidden(Graph& graph, Graph::Handle input, const Reader& options,
                         const Problem& problem) {
  Graph::Handle last = add_dropout(graph, input, options, "input_dropout");
  for (const std::int64_t width : hidden_widths(options, problem.outputs)) {
    last = add_hidden_layer(graph, last, width, options);
  }
  return last;
}

}  // namespace tune::model
