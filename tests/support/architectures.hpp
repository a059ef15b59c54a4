#pragma once

#include <string>
#include <vector>

#include "model/adapt.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/schedules/makers.hpp"
#include "model/subclassing.hpp"
#include "tests/support/tables.hpp"

// Models that are saved, loaded, and exchanged with real Keras; tests/golden/keras_io.py has most
// of them in Keras's words.

namespace tune::tests {

struct Architecture {
  std::string name;
  model::Model model;
};

namespace architectures {

using namespace model;

/// Fashion-MNIST's classifier, of smaller images.
inline Model mnist() {
  Model model(
      sequential({8, 8}, {flatten(), dense(12, {.activation = "relu"}),
                          dense(9, {.activation = "relu"}), dense(10, {.activation = "softmax"})}));
  model.compile({.losses = {sparse_categorical_crossentropy()}, .metrics = {"accuracy"}});
  return model;
}

inline Model california() {
  Model model(sequential({8}, {dense(30, {.activation = "relu"}), dense(1)}));
  model.compile({.optimizer = sgd({.learning_rate = 0.025, .momentum = 0.9, .nesterov = true}),
                 .losses = {mean_squared_error()},
                 .metrics = {"mae", "rmse", "r2"}});
  return model;
}

inline Model wide_deep() {
  Graph graph;
  const auto input = graph.input({8});
  const auto hidden1 = graph.add(dense(30, {.activation = "relu"}), input);
  const auto hidden2 = graph.add(dense(30, {.activation = "relu"}), hidden1);
  const Graph::Handle parts[] = {input, hidden2};
  const Graph::Handle output = graph.add(dense(1), graph.add(concatenate(), parts));
  Model model(std::move(graph).build({&output, 1}));
  model.compile({.optimizer = adam({.clipping = {.clipnorm = 1.5}}),
                 .schedule = exponential_decay({.decay_steps = 100}),
                 .losses = {mean_squared_error()}});
  return model;
}

/// Two inputs; with a second output where `outputs` is 2.
inline Model wide_deep_split(int outputs) {
  Graph graph;
  const auto wide = graph.input({5}, "wide_input"), deep = graph.input({6}, "deep_input");
  const auto hidden1 = graph.add(dense(30, {.activation = "relu"}), deep);
  const auto hidden2 = graph.add(dense(30, {.activation = "relu"}), hidden1);
  const Graph::Handle parts[] = {wide, hidden2};
  const auto concat = graph.add(concatenate(), parts);
  std::vector<Graph::Handle> last = {graph.add(dense(1), concat, "main_output")};
  if (outputs == 2) last.push_back(graph.add(dense(1), hidden2, "aux_output"));
  Model model(std::move(graph).build(last));
  if (outputs == 2) {
    model.compile({.optimizer = rmsprop({.momentum = 0.5, .centered = true}),
                   .losses = {mean_squared_error(), huber(0.5)},
                   .loss_weights = {0.9f, 0.1f},
                   .metrics = {"mae"}});
  } else {
    model.compile({.optimizer = nadam(), .losses = {mean_absolute_error()}});
  }
  return model;
}

inline Model multilabel() {
  Model model(sequential({4}, {dense(7, {.activation = "swish"}), dense(5)}));
  model.compile({.optimizer = adamax({.clipping = {.clipvalue = 0.5}}),
                 .losses = {binary_crossentropy({.from_logits = true, .label_smoothing = 0.1})},
                 .metrics = {"binary_accuracy", "f1", "roc_auc"}});
  return model;
}

inline Model batch_norm() {
  Model model(
      sequential({6}, {dense(9, {.use_bias = false, .kernel_initializer = "he_normal"}),
                       batch_normalization({.momentum = 0.9, .epsilon = 0.01}),
                       activation_layer("elu"), dropout(0.3), dense(4),
                       batch_normalization({.center = false}), activation_layer("softmax")}));
  model.compile(
      {.optimizer = adamw({.weight_decay = 0.01}),
       .schedule = cosine_decay({.decay_steps = 50, .warmup_target = 0.1, .warmup_steps = 10}),
       .losses = {categorical_crossentropy({.label_smoothing = 0.2})},
       .metrics = {"accuracy", "top_k_categorical_accuracy(2)"}});
  return model;
}

inline Model self_normalizing() {
  const DenseOptions selu{.activation = "selu", .kernel_initializer = "lecun_normal"};
  Model model(sequential({6}, {dense(8, selu), alpha_dropout(0.1), dense(8, selu),
                               alpha_dropout(0.2), dense(1, {.activation = "sigmoid"})}));
  model.compile({.optimizer = adagrad({.initial_accumulator_value = 0.2}),
                 .schedule = one_cycle({.max_rate = 0.3}),
                 .losses = {binary_crossentropy()},
                 .metrics = {"precision", "recall", "f1", "roc_auc", "accuracy"}});
  return model;
}

inline Model regularized() {
  Model model(sequential({5}, {dense(6, {.activation = "leaky_relu",
                                         .kernel_initializer = "random_normal(0.1, 0.3)",
                                         .bias_initializer = "constant(0.1)",
                                         .kernel_regularizer = "l1_l2(0.001, 0.01)",
                                         .bias_regularizer = "l1(0.25)",
                                         .kernel_constraint = "max_norm(1.5)"}),
                               dense(4, {.activation = "gelu",
                                         .kernel_initializer = "orthogonal(2)",
                                         .kernel_regularizer = "l2(0.03)"}),
                               dense(2, {.kernel_initializer = "truncated_normal"})}));
  model.compile({.optimizer = sgd({.clipping = {.global_clipnorm = 2}}),
                 .schedule = piecewise_constant_decay({{100, 200}, {0.1, 0.05, 0.01}}),
                 .losses = {log_cosh()},
                 .metrics = {"cosine_similarity", "log_cosh"}});
  return model;
}

inline Model normalized() {
  Model model(sequential({4}, {normalization(), dense(5, {.activation = "softplus"}),
                               dense(1, {.activation = "exponential"})}));
  Eigen::MatrixXf x = random_matrix(4, 50, base::Rng(3), 5);
  x.array() += 7;
  adapt(model.network(), model.weights(), Table(x, Eigen::MatrixXf()).samples());
  model.compile({.schedule = polynomial_decay({.decay_steps = 20, .power = 2, .cycle = true}),
                 .losses = {poisson()}});
  return model;
}

/// A short branch that is made before a longer one, so that Keras's order is another than ours.
inline Model residual() {
  Graph graph;
  const auto input = graph.input({6}, "x");
  const auto shortcut = graph.add(dense(8), input, "shortcut");
  const auto hidden1 = graph.add(dense(8, {.activation = "relu"}), input, "hidden1");
  const auto hidden2 = graph.add(dense(8, {.activation = "tanh"}), hidden1, "hidden2");
  const Graph::Handle first[] = {shortcut, hidden2};
  const auto sum = graph.add(add(), first);
  const auto hidden3 = graph.add(dense(8, {.activation = "hard_sigmoid"}), sum, "hidden3");
  const Graph::Handle second[] = {sum, hidden3, shortcut};
  const Graph::Handle output = graph.add(dense(2), graph.add(add(), second), "y");
  Model model(std::move(graph).build({&output, 1}));
  model.compile({.schedule = cosine_decay_restarts({.first_decay_steps = 7, .m_mul = 0.5}),
                 .losses = {mean_squared_logarithmic_error()},
                 .metrics = {"msle", "mse"}});
  return model;
}

/// Some layers frozen, of a model that is no chain, where Keras would thaw them.
inline Model frozen() {
  Graph graph;
  const auto input = graph.input({5}, "x");
  const auto lower = graph.add(dense(6, {.activation = "tanh"}), input, "lower");
  const auto normal = graph.add(batch_normalization(), lower, "normal");
  const auto upper = graph.add(dense(6, {.activation = "softsign"}), normal, "upper");
  const Graph::Handle parts[] = {lower, upper};
  const Graph::Handle output = graph.add(dense(3), graph.add(concatenate(), parts), "y");
  Model model(std::move(graph).build({&output, 1}));
  model.set_trainable("lower", false);
  model.set_trainable("normal", false);
  model.compile({.optimizer = adam({.amsgrad = true}),
                 .schedule = inverse_time_decay({.decay_steps = 10, .staircase = true}),
                 .losses = {sparse_categorical_crossentropy(true)},
                 .metrics = {"sparse_categorical_accuracy"}});
  return model;
}

/// All layers frozen.
inline Model all_frozen() {
  Model model(sequential({3}, {dense(4), batch_normalization(), dense(2)}));
  model.set_trainable(false);
  return model;
}

/// A branch with two outputs, from the second of two inputs.
inline Model branches() {
  Graph graph;
  const auto other = graph.input({2}, "other"), wide = graph.input({4}, "wide");
  const auto hidden = graph.add(dense(5, {.activation = "relu"}), wide, "hidden");
  const std::vector<Graph::Handle> outputs = {
      graph.add(dense(1), hidden, "value"),
      graph.add(dense(3, {.activation = "sigmoid"}), hidden, "flags"),
      graph.add(dense(2, {.use_bias = false}), other, "pair")};
  Model model(std::move(graph).build(outputs));
  model.compile({.losses = {mean_squared_error(), binary_crossentropy(), mean_absolute_error()},
                 .loss_weights = {0.5f, 0.3f, 0.2f},
                 .output_metrics = {{"mae", "r2"}, {}, {"mse"}},
                 .output_weighted_metrics = {{}, {"binary_accuracy", "roc_auc"}, {"mae"}}});
  return model;
}

/// Layers that stand in another order than by their names, one of them frozen.
class WideAndDeep : public Subclassed {
 public:
  Tensors call(const Inputs& inputs, bool) const override {
    const auto [wide, deep] = inputs.unpack<2>();
    const Tensor hidden = hidden2_(normal_(hidden1_(deep)));
    return {main_output_({concatenate({wide, hidden})}), aux_output_(hidden)};
  }

 private:
  Sublayer hidden2_ = layer(dense(4, {.activation = "tanh"}), "hidden2"),
           hidden1_ = layer(dense(7, {.activation = "relu"}), "hidden1"),
           normal_ = layer(batch_normalization(), "normal"),
           main_output_ = layer(dense(1), "main_output"),
           aux_output_ = layer(dense(1), "aux_output");
};

/// Of weights alone, since its connections are code.
inline Model subclassed_wide_deep(OptimizerPtr optimizer = adam()) {
  Model model(subclassed(WideAndDeep(), {{3}, {5}}));
  model.set_trainable("hidden1", false);
  model.compile({.optimizer = std::move(optimizer),
                 .losses = {mean_squared_error(), mean_squared_error()},
                 .loss_weights = {0.9f, 0.1f}});
  return model;
}

/// What is none of Keras's: its activation and its loss.
inline Model threshold() {
  Model model(sequential({4}, {dense(1), activation_layer("heaviside")}));
  model.compile({.losses = {perceptron(PerceptronRule::margin)}});
  return model;
}

/// Not compiled.
inline Model signs() {
  return Model(sequential({4}, {dense(3), activation_layer("sign")}));
}

}  // namespace architectures

/// Draws all weights, moving statistics too, but for those of a Normalization.
inline void draw_weights(model::Model& model, base::Rng rng) {
  const std::vector<std::vector<float>> before = model.get_weights();
  model.initialize(rng);
  std::vector<std::vector<float>> weights = model.get_weights();
  std::size_t next = 0;
  for (const model::Node& node : model.network().nodes()) {
    for (const model::WeightPlace& place : node.weights) {
      std::vector<float>& values = weights[next];
      if (place.spec.name.starts_with("moving_")) {
        for (float& value : values) value += static_cast<float>(rng.uniform());
      }
      if (node.layer->type() == "Normalization") values = before[next];
      ++next;
    }
  }
  model.set_weights(weights);
}

/// With drawn weights.
inline std::vector<Architecture> all_architectures() {
  using namespace architectures;
  std::vector<Architecture> all = {{"mnist", mnist()},
                                   {"california", california()},
                                   {"wide_deep", wide_deep()},
                                   {"wide_deep_split", wide_deep_split(1)},
                                   {"wide_deep_outputs", wide_deep_split(2)},
                                   {"multilabel", multilabel()},
                                   {"batch_norm", batch_norm()},
                                   {"self_normalizing", self_normalizing()},
                                   {"regularized", regularized()},
                                   {"normalized", normalized()},
                                   {"residual", residual()},
                                   {"frozen", frozen()},
                                   {"all_frozen", all_frozen()},
                                   {"branches", branches()},
                                   {"threshold", threshold()},
                                   {"signs", signs()}};
  for (std::size_t i = 0; i < all.size(); ++i) draw_weights(all[i].model, base::Rng(i));
  return all;
}

/// Samples for each input of a model, features x samples.
inline std::vector<Eigen::MatrixXf> draw_inputs(const model::Model& model,
                                                Eigen::Index samples = 9) {
  std::vector<Eigen::MatrixXf> inputs;
  for (const std::size_t input : model.network().inputs()) {
    const Eigen::Index rows = model::size_of(model.network().nodes()[input].shape);
    inputs.push_back(random_matrix(rows, samples, base::Rng(7).split(inputs.size()), 2));
  }
  return inputs;
}

/// All outputs for such samples.
inline std::vector<Eigen::MatrixXf> predict_outputs(const model::Model& model,
                                                    const std::vector<Eigen::MatrixXf>& inputs) {
  const std::vector<std::uint32_t> rows = first_rows(inputs.at(0).cols());
  model::Samples samples{.rows = rows};
  for (const Eigen::MatrixXf& input : inputs) samples.inputs.emplace_back(input);
  std::vector<Eigen::MatrixXf> outputs;
  for (std::size_t i = 0; i < model.network().outputs().size(); ++i) {
    outputs.push_back(model.predict(samples, i));
  }
  return outputs;
}

}  // namespace tune::tests
