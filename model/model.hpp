#pragma once

#include <Eigen/Core>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/callbacks/callback.hpp"
#include "model/history.hpp"
#include "model/losses/loss.hpp"
#include "model/metrics/metric.hpp"
#include "model/network.hpp"
#include "model/optimizers/optimizer.hpp"
#include "model/samples.hpp"
#include "model/workspace.hpp"

namespace tune::model {

/// keras.Model.compile's arguments. One loss (and weight) an output of the network; the metrics are
/// reported for each output.
struct Compile {
  OptimizerPtr optimizer = sgd();
  std::vector<LossPtr> losses = {};
  std::vector<float> loss_weights = {};   ///< empty: all 1
  std::vector<std::string> metrics = {};  ///< by name
};

/// keras.Model.fit's arguments.
struct Fit {
  int epochs = 1;  ///< number at which training ends, not how many are added
  int initial_epoch = 0;
  Index batch_size = 32;
  bool shuffle = true;
  std::span<Callback* const> callbacks = {};
  base::Rng rng{0};                      ///< of the order of the rows, and of layers that draw
  std::function<bool()> cancelled = {};  ///< asked before each batch; true ends the training
};

/// A network with its weights: Keras's Model. Copies are independent. One object is used by one
/// thread at a time, but predict and evaluate of a const model may run in many.
class Model {
 public:
  explicit Model(NetworkPtr network);

  const Network& network() const { return *network_; }
  const NetworkPtr& network_ptr() const { return network_; }
  Weights& weights() { return weights_; }
  const Weights& weights() const { return weights_; }

  /// Draws all weights anew from the layers' initialisers.
  void initialize(base::Rng rng);
  /// Weights in Keras's order and layout, one flat row-major array a weight.
  std::vector<std::vector<float>> get_weights() const;
  /// Throws InputError that names the weight whose size is wrong, and then changes none.
  void set_weights(const std::vector<std::vector<float>>& weights);

  /// Throws InputError if losses and outputs do not go together.
  void compile(Compile options);
  const Compile& compiled() const { return compiled_; }

  /// Trains from the current weights; `validation` is evaluated after each epoch. Throws InputError
  /// if samples and network do not go together. Stops where a batch's loss is not finite.
  History fit(const Samples& samples, const Samples* validation, const Fit& options);
  /// Loss and metrics over samples.
  Logs evaluate(const Samples& samples) const;
  /// Output `output` for each sample: its units x samples.
  Eigen::MatrixXf predict(const Samples& samples, std::size_t output = 0) const;
  /// The same for all columns of one matrix, features x samples.
  Eigen::MatrixXf predict(const Eigen::MatrixXf& x) const;
  /// Class probabilities; throws InputError if the outputs are none (a perceptron's are not).
  Eigen::MatrixXf predict_proba(const Eigen::MatrixXf& x) const;

 private:
  void check(const Samples& samples, bool with_targets) const;

  NetworkPtr network_;
  Weights weights_;
  Compile compiled_;
  std::vector<std::vector<MetricPtr>> metrics_;  ///< one list an output

  friend class Evaluation;
  friend class Trainer;
};

}  // namespace tune::model
