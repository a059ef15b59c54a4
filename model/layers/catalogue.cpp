#include "model/layers/catalogue.hpp"

#include "model/activation.hpp"

namespace tune::model {
namespace {

using base::Reader;

constexpr double kMostUnits = 2147483647;

base::Key initializer_key(std::string name, std::string fallback, const std::string& what) {
  return base::text_key(std::move(name), std::move(fallback),
                        what + ": he_normal, constant(0.1), orthogonal(2), ...");
}

base::Key regularizer_key(std::string name, const std::string& what) {
  return base::text_key(std::move(name), "none",
                        what + " in the loss: none, l1(0.01), l2(0.01), l1_l2(0.01, 0.01)");
}

base::Key rate_key() {
  return base::real_key("rate", std::nullopt, 0, 1, "share that is dropped in training");
}

Layers::Row dense_row() {
  return {"Dense",
          "every unit sees every input",
          {base::integer_key("units", std::nullopt, 1, kMostUnits, "number of units"),
           base::name_key("activation", "linear", activation_names(), "of the units"),
           base::flag_key("use_bias", true, "add a bias to each unit"),
           initializer_key("kernel_initializer", "glorot_uniform", "first weights"),
           initializer_key("bias_initializer", "zeros", "first biases"),
           regularizer_key("kernel_regularizer", "size of the weights"),
           regularizer_key("bias_regularizer", "size of the biases"),
           base::text_key("kernel_constraint", "none",
                          "limit of the norm of each unit's weights: none, max_norm(2)")},
          [](const Reader& options) {
            return dense(options.integer("units"),
                         {.activation = options.text("activation"),
                          .use_bias = options.flag("use_bias"),
                          .kernel_initializer = options.text("kernel_initializer"),
                          .bias_initializer = options.text("bias_initializer"),
                          .kernel_regularizer = options.text("kernel_regularizer"),
                          .bias_regularizer = options.text("bias_regularizer"),
                          .kernel_constraint = options.text("kernel_constraint")});
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

Layers::Row dropout_row() {
  return {
      "Dropout", "drops numbers at random in training", {rate_key()}, [](const Reader& options) {
        return dropout(options.real("rate"));
      }};
}

Layers::Row alpha_dropout_row() {
  return {"AlphaDropout",
          "dropout that keeps the mean and variance of SELU's outputs",
          {rate_key()},
          [](const Reader& options) { return alpha_dropout(options.real("rate")); }};
}

Layers::Row batch_normalization_row() {
  return {"BatchNormalization",
          "mean 0 and variance 1 over a batch, then a scale and a centre that are learnt",
          {base::real_key("momentum", 0.99, 0, 1, "share of the moving statistics that stays"),
           base::positive_key("epsilon", 1e-3, 1e9, "added to the variance"),
           base::flag_key("center", true, "learn a centre, beta"),
           base::flag_key("scale", true, "learn a scale, gamma"),
           initializer_key("beta_initializer", "zeros", "first centres"),
           initializer_key("gamma_initializer", "ones", "first scales"),
           initializer_key("moving_mean_initializer", "zeros", "first moving means"),
           initializer_key("moving_variance_initializer", "ones", "first moving variances")},
          [](const Reader& options) {
            return batch_normalization(
                {.momentum = options.real("momentum"),
                 .epsilon = options.real("epsilon"),
                 .center = options.flag("center"),
                 .scale = options.flag("scale"),
                 .beta_initializer = options.text("beta_initializer"),
                 .gamma_initializer = options.text("gamma_initializer"),
                 .moving_mean_initializer = options.text("moving_mean_initializer"),
                 .moving_variance_initializer = options.text("moving_variance_initializer")});
          }};
}

Layers::Row concatenate_row() {
  return {"Concatenate", "inputs one behind the other", {}, [](const Reader&) {
            return concatenate();
          }};
}

Layers::Row add_row() {
  return {"Add", "the sum of inputs of one shape", {}, [](const Reader&) { return add(); }};
}

Layers::Row normalization_row() {
  return {"Normalization", "mean 0 and variance 1 over the training rows", {}, [](const Reader&) {
            return normalization();
          }};
}

Layers::Row rescaling_row() {
  return {"Rescaling",
          "numbers times a scale, plus an offset",
          {base::real_key("scale", std::nullopt, -1e30, 1e30, "factor"),
           base::real_key("offset", 0.0, -1e30, 1e30, "what is added")},
          [](const Reader& options) {
            return rescaling(options.real("scale"), options.real("offset"));
          }};
}

}  // namespace

const Layers& layers() {
  static const Layers kLayers(
      "layer", {dense_row(), flatten_row(), activation_row(), dropout_row(), alpha_dropout_row(),
                batch_normalization_row(), concatenate_row(), add_row(), normalization_row(),
                rescaling_row()});
  return kLayers;
}

}  // namespace tune::model
