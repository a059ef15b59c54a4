#include "model/layers/catalogue.hpp"

#include "model/activation.hpp"

namespace tune::model {
namespace {

using base::Reader;

constexpr double kMostUnits = 2147483647;

Layers::Row dense_row() {
  return {
      "Dense",
      "every unit sees every input",
      {base::integer_key("units", std::nullopt, 1, kMostUnits, "number of units"),
       base::name_key("activation", "linear", activation_names(), "of the units"),
       base::flag_key("use_bias", true, "add a bias to each unit"),
       base::name_key("kernel_initializer", "glorot_uniform", initializer_names(), "first weights"),
       base::name_key("bias_initializer", "zeros", initializer_names(), "first biases")},
      [](const Reader& options) {
        return dense(options.integer("units"),
                     {.activation = options.text("activation"),
                      .use_bias = options.flag("use_bias"),
                      .kernel_initializer = options.text("kernel_initializer"),
                      .bias_initializer = options.text("bias_initializer")});
      }};
}

Layers::Row flatten_row() {
  return {"Flatten",
          "all axes of a sample in one",
          {base::name_key("data_format", "channels_last", {"channels_last"},
                          "the last axis changes fastest")},
          [](const Reader&) { return flatten(); }};
}

Layers::Row activation_row() {
  return {"Activation",
          "an activation as a layer of its own",
          {base::name_key("activation", std::nullopt, activation_names(), "the function")},
          [](const Reader& options) { return activation_layer(options.text("activation")); }};
}

}  // namespace

const Layers& layers() {
  static const Layers kLayers("layer", {dense_row(), flatten_row(), activation_row()});
  return kLayers;
}

}  // namespace tune::model
