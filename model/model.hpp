#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "model/callbacks/early_stopping.hpp"
#include "model/fit.hpp"
#include "model/history.hpp"
#include "model/losses/loss.hpp"
#include "model/metrics/metric.hpp"
#include "model/network.hpp"
#include "model/optimizers/makers.hpp"
#include "model/samples.hpp"
#include "model/schedules/schedule.hpp"
#include "model/workspace.hpp"

namespace tune::model {

/// keras.Model.compile's arguments. One loss (and weight) an output of the network.
struct Compile {
  OptimizerPtr optimizer = sgd();
  SchedulePtr schedule = nullptr;  ///< of the learning rate; null: the optimizer's, constant
  std::vector<LossPtr> losses = {};
  std::vector<float> loss_weights = {};   ///< empty: all 1
  std::vector<std::string> metrics = {};  ///< by name, of each output
  /// One list an output, which may be empty, in place of `metrics`.
  std::vector<std::vector<std::string>> output_metrics = {};

  /// Names of the metrics of one output.
  const std::vector<std::string>& metrics_of(std::size_t output) const {
    return output_metrics.empty() ? metrics : output_metrics.at(output);
  }
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

  /// Keras's layer.trainable, of the layer of that name or of all: weights of a frozen layer are
  /// not changed by fit. Throws InputError with the nearest name.
  void set_trainable(std::string_view layer, bool trainable);
  void set_trainable(bool trainable);
  /// One flag a node of the network; empty: none is frozen.
  const std::vector<bool>& frozen() const { return frozen_; }

  /// Throws InputError if losses, metrics and outputs do not go together.
  void compile(Compile options);
  const Compile& compiled() const { return compiled_; }
  /// One list an output.
  const std::vector<std::vector<MetricPtr>>& metrics() const { return metrics_; }

  /// Trains from the current weights; `validation` is evaluated after each epoch. Throws InputError
  /// if samples, network and options do not go together. Stops where a batch's loss is not finite.
  History fit(const Samples& samples, const Samples* validation, const Fit& options);
  /// Loss and metrics over samples.
  Logs evaluate(const Samples& samples, const Evaluate& options = {}) const;
  /// Output `output` for each sample: its units x samples.
  Eigen::MatrixXf predict(const Samples& samples, std::size_t output = 0) const;
  Eigen::MatrixXf predict(const Samples& samples, const Predict& options) const;
  /// The same for all columns of one matrix, features x samples.
  Eigen::MatrixXf predict(const Eigen::MatrixXf& x) const;
  /// Class probabilities; throws InputError if the outputs are none (a perceptron's are not).
  Eigen::MatrixXf predict_proba(const Eigen::MatrixXf& x) const;
  /// The class of each sample: the largest of several outputs, or whether one is above 1/2.
  Eigen::VectorXi predict_classes(const Eigen::MatrixXf& x) const;

 private:
  void check(const Samples& samples, bool with_targets) const;

  NetworkPtr network_;
  Weights weights_;
  std::vector<bool> frozen_;
  Compile compiled_;
  std::vector<std::vector<MetricPtr>> metrics_;  ///< one list an output

  friend class Evaluation;
  friend class Trainer;
};

}  // namespace tune::model
