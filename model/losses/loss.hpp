#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/tensor.hpp"
#include "search/base/registry.hpp"

namespace tune::model {

struct Activation;

/// A batch of predictions beside the truth.
struct LossPass {
  Block prediction;
  Block input;           ///< of an Activation layer that made the prediction; else data is null
  Block target;          ///< the same rows, or one row with the index of the class
  const float* weights;  ///< one a sample; null: all 1
  Index samples;
  float scale;     ///< factor of the gradient: 1 / samples times the output's weight
  Block gradient;  ///< to be set, padding excepted; data is null: only the loss is asked for
  bool before_activation;  ///< asks for the gradient of the last activation's input (see fuses)

  float weight(Index sample) const { return weights == nullptr ? 1.0f : weights[sample]; }
};

/// A loss as in keras.losses: a value a sample, averaged over the batch. Immutable, thread-safe.
class Loss {
 public:
  virtual ~Loss() = default;

  virtual std::string_view name() const = 0;
  /// Its options, by the names of its row's keys.
  virtual base::Configuration config() const { return {}; }
  /// Throws InputError if it cannot compare so many predicted rows with so many target rows.
  virtual void check(Index prediction_rows, Index target_rows) const;
  /// Can it give the gradient of that activation's input directly? It is shorter, and exact where
  /// the two steps one after the other would lose all digits.
  virtual bool fuses(const Activation&) const { return false; }
  /// The sum over the samples of weight times loss, in double, in the order of the samples. A
  /// prediction that is NaN makes it NaN.
  virtual double compute(const LossPass& pass) const = 0;
};

using LossPtr = std::shared_ptr<const Loss>;

using Losses = base::Registry<LossPtr(const base::Reader&)>;
/// mse, mae, msle, huber, log_cosh, poisson, hinge, binary_crossentropy, categorical_crossentropy,
/// sparse_categorical_crossentropy, perceptron.
const Losses& losses();
/// A loss with its default options, by its name or Keras's long one ("mean_squared_error").
LossPtr make_loss(std::string_view name);

}  // namespace tune::model
