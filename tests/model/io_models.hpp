#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/losses/makers.hpp"
#include "model/model.hpp"

namespace tune::tests {

/// A folder of its own, gone at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tune_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

struct NamedModel {
  std::string name;
  model::Model model;
};

/// A branch with two outputs, from the second of two inputs.
inline model::NetworkPtr branching_network() {
  model::Graph graph;
  const auto other = graph.input({2}, "other"), wide = graph.input({4}, "wide");
  const auto hidden = graph.add(model::dense(5, {.activation = "relu"}), wide, "hidden");
  const std::vector<model::Graph::Handle> outputs = {
      graph.add(model::dense(1), hidden, "value"),
      graph.add(model::dense(3, {.activation = "sigmoid"}), hidden, "flags"),
      graph.add(model::dense(2, {.use_bias = false}), other, "pair")};
  return std::move(graph).build(outputs);
}

/// Models of every layer, as a chain or not, compiled or not.
inline std::vector<NamedModel> io_models() {
  using namespace model;
  std::vector<NamedModel> models = {
      {"regression", Model(sequential({8}, {dense(30, {.activation = "relu"}), dense(1)}))},
      {"images", Model(sequential({7, 5}, {flatten(), dense(6, {.activation = "tanh"}),
                                           dense(10, {.activation = "softmax"})}))},
      {"perceptron", Model(sequential({4}, {dense(1), activation_layer("heaviside")}))},
      {"signs", Model(sequential({4}, {dense(3), activation_layer("sign")}))},
      {"branches", Model(branching_network())},
      {"options", Model(sequential({3}, {dense(4, {.activation = "sigmoid",
                                                   .use_bias = false,
                                                   .kernel_initializer = "he_normal",
                                                   .bias_initializer = "ones"})}))}};
  models[0].model.compile({.optimizer = sgd({.learning_rate = 0.025}),
                           .losses = {mean_squared_error()},
                           .metrics = {"mae", "rmse", "r2"}});
  models[1].model.compile({.losses = {sparse_categorical_crossentropy()}, .metrics = {"accuracy"}});
  models[2].model.compile({.losses = {perceptron(PerceptronRule::margin)}});
  models[5].model.compile(
      {.optimizer = sgd({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}),
       .losses = {huber(0.5)}});
  models[4].model.compile(
      {.losses = {mean_squared_error(), binary_crossentropy(), mean_absolute_error()},
       .loss_weights = {0.5f, 0.3f, 0.2f},
       .metrics = {"mae"}});
  for (std::size_t i = 0; i < models.size(); ++i) models[i].model.initialize(base::Rng(i));
  return models;
}

}  // namespace tune::tests
