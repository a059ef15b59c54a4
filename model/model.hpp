#pragma once

#include <Eigen/Core>
#include <filesystem>
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
#include "model/summary.hpp"
#include "model/workspace.hpp"

namespace tune::model {

/// keras.Model.compile's arguments. One loss (and weight) an output of the network.
struct Compile {
  OptimizerPtr optimizer = sgd();
  SchedulePtr schedule = nullptr;  ///< of the learning rate; null: the optimizer's, constant
  std::vector<LossPtr> losses = {};
  std::vector<float> loss_weights = {};   ///< empty: all 1
  std::vector<std::string> metrics = {};  ///< by name, of each output; weights do not count
  /// One list an output, which may be empty, in place of `metrics`.
  std::vector<std::vector<std::string>> output_metrics = {};
  /// The same for metrics that take the weights of samples or classes into account.
  std::vector<std::string> weighted_metrics = {};
  std::vector<std::vector<std::string>> output_weighted_metrics = {};

  /// Names of the metrics of one output.
  const std::vector<std::string>& metrics_of(std::size_t output) const {
    return output_metrics.empty() ? metrics : output_metrics.at(output);
  }
  const std::vector<std::string>& weighted_metrics_of(std::size_t output) const {
    return output_weighted_metrics.empty() ? weighted_metrics : output_weighted_metrics.at(output);
  }
};

/// A weight outside of a model: its values row-major, in Keras's shape, (in, out) for a kernel.
struct Weight {
  Shape shape;
  std::vector<float> values;

  bool operator==(const Weight&) const = default;
};

/// Numbers in the weights of a model or a layer.
struct ParamCount {
  std::int64_t trainable = 0;      ///< that fit changes
  std::int64_t non_trainable = 0;  ///< of frozen layers, and statistics that layers keep

  std::int64_t total() const { return trainable + non_trainable; }
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

  /// The layer of that name, with its place in the network. Throws InputError with the nearest.
  const Node& get_layer(std::string_view name) const {
    return network_->nodes()[network_->find(name)];
  }

  /// Draws all weights anew from the layers' initialisers.
  void initialize(base::Rng rng);
  /// Weights in the order of the layers, in Keras's layout, one flat row-major array a weight.
  std::vector<std::vector<float>> get_weights() const;
  /// Throws InputError that names the weight whose size is wrong, and then changes none.
  void set_weights(const std::vector<std::vector<float>>& weights);
  /// The weights of one layer. Throws InputError with the nearest name.
  std::vector<Weight> get_weights(std::string_view layer) const;
  /// Throws InputError that names the weight whose shape is wrong, and then changes none.
  void set_weights(std::string_view layer, const std::vector<Weight>& weights);
  ParamCount count_params() const;
  ParamCount count_params(std::string_view layer) const;
  /// Keras's table of the layers and their parameters, as a text of several lines.
  std::string summary(const SummaryOptions& options = {}) const;

  /// See save_model in model/io/keras_h5.hpp, and load_model there.
  void save(const std::filesystem::path& file) const;
  /// See the functions of these names in model/io/keras_weights.hpp.
  void save_weights(const std::filesystem::path& file) const;
  void load_weights(const std::filesystem::path& file);

  /// Keras's layer.trainable, of the layer of that name or of all: weights of a frozen layer are
  /// not changed by fit. Throws InputError with the nearest name.
  void set_trainable(std::string_view layer, bool trainable);
  void set_trainable(bool trainable);
  bool trainable(std::string_view layer) const;
  /// One flag a node of the network; empty: none is frozen.
  const std::vector<bool>& frozen() const { return frozen_; }

  /// Throws InputError if losses, metrics and outputs do not go together.
  void compile(Compile options);
  const Compile& compiled() const { return compiled_; }
  /// One list an output: its metrics, and behind those the weighted ones.
  const std::vector<std::vector<MetricPtr>>& metrics() const { return metrics_; }

  /// Trains from the current weights; `validation` is evaluated after each epoch. Throws InputError
  /// if samples, network and options do not go together. Stops where a batch's loss is not finite.
  History fit(const Samples& samples, const Samples* validation, const Fit& options);
  History fit(const Samples& samples, const Samples& validation, const Fit& options) {
    return fit(samples, &validation, options);
  }
  History fit(const Samples& samples, const Fit& options) { return fit(samples, nullptr, options); }
  /// Loss and metrics over samples.
  Logs evaluate(const Samples& samples, const Evaluate& options = {}) const;
  /// Output `output` for each sample: its units x samples.
  Eigen::MatrixXf predict(const Samples& samples, std::size_t output = 0) const;
  Eigen::MatrixXf predict(const Samples& samples, const Predict& options) const;
  /// The same for all columns of one matrix, features x samples.
  Eigen::MatrixXf predict(const Eigen::MatrixXf& x) const;
  /// All outputs in one pass.
  std::vector<Eigen::MatrixXf> predict_all(const Samples& samples,
                                           const Evaluate& options = {}) const;
  /// Class probabilities; throws InputError if the outputs are none (a perceptron's are not).
  Eigen::MatrixXf predict_proba(const Samples& samples, std::size_t output = 0) const;
  Eigen::MatrixXf predict_proba(const Eigen::MatrixXf& x) const;
  /// The class of each sample: the largest of several units, or whether one is above 1/2.
  Eigen::VectorXi predict_classes(const Samples& samples, std::size_t output = 0) const;
  Eigen::VectorXi predict_classes(const Eigen::MatrixXf& x) const;

 private:
  void check(const Samples& samples, bool with_targets) const;
  std::vector<Eigen::MatrixXf> predict(const Samples& samples, std::span<const std::size_t> outputs,
                                       const Evaluate& options) const;

  NetworkPtr network_;
  Weights weights_;
  std::vector<bool> frozen_;
  Compile compiled_;
  std::vector<std::vector<MetricPtr>> metrics_;

  friend class Evaluation;
  friend class Trainer;
};

}  // namespace tune::model
