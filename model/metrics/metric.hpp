#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/losses/loss.hpp"
#include "model/tensor.hpp"

namespace tune::model {

/// The working memory of a metric: one array, the caller's.
using Sums = std::vector<double>;

/// A figure of merit as in keras.metrics, gathered batch by batch. The object is immutable and
/// thread-safe; the sums it needs are the caller's, in double.
class Metric {
 public:
  virtual ~Metric() = default;

  /// As make_metric understands it, with its numbers: "top_k_categorical_accuracy(3)".
  virtual std::string_view name() const = 0;
  /// Is more better?
  virtual bool maximize() const = 0;
  /// Throws InputError if it cannot compare so many predicted rows with so many target rows.
  virtual void check(Index prediction_rows, Index target_rows) const;
  /// Numbers of working memory for so many predicted rows, zero at first.
  virtual std::size_t slots(Index rows) const = 0;
  /// Adds samples; `weights` is null where all count alike. A metric that has to see all
  /// predictions at once (roc_auc) puts them behind its slots: only those let the sums grow.
  virtual void update(Sums& sums, const Block& prediction, const Block& target,
                      const float* weights, Index samples) const = 0;
  virtual double result(std::span<const double> sums) const = 0;
};

using MetricPtr = std::shared_ptr<const Metric>;

/// The metric of whole matrices, outputs x samples; `weights` may be null.
double value_of(const Metric& metric, const Eigen::MatrixXf& prediction,
                const Eigen::MatrixXf& target, const float* weights = nullptr);

/// Errors (the mean over the outputs): mse, mae, rmse, msle, r2, log_cosh; hinge, poisson,
/// binary_crossentropy, categorical_crossentropy and sparse_categorical_crossentropy are the losses
/// with their defaults. cosine_similarity is that of the prediction and the target of a sample.
///
/// Classes: binary_accuracy (0.5 is the threshold, mean over the outputs), categorical_accuracy and
/// sparse_categorical_accuracy, and top_k_ and sparse_top_k_categorical_accuracy (k = 5, or in
/// brackets), each of one-hot targets or of class indices; "accuracy" is the one that goes with the
/// loss and the targets, as in Keras. precision, recall, f1 and roc_auc: see makers.hpp.
///
/// Long Keras names are known too. Throws InputError with the nearest.
MetricPtr make_metric(std::string_view name, const Loss& loss);
std::vector<std::string> metric_names();

}  // namespace tune::model
