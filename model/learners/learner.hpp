#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"

namespace tune::model {

/// Makes a compiled model of hyperparameters and of what is known about the data. Pure; what uses
/// it in several threads needs it thread-safe. It throws InputError on values that make no sense.
using Build = std::function<Recipe(const base::Configuration& params, const Problem& problem)>;

/// A row of builders() as such a function: the parameters are its keys, and are checked. Throws
/// InputError with the nearest name.
Build build_with(std::string_view builder);

/// A build function and its parameters: what scikit-learn calls an estimator, for samples of any
/// kind. Regressor, Classifier and MultilabelClassifier are that for matrices, and the tuner trains
/// with it. Copies are independent. One object is used by one thread at a time, but predict of a
/// const one may run in many.
///
/// Samples of one input (or target) are shared out among the model's inputs (or outputs) as its
/// recipe says; samples of several go to the model as they are.
class Learner {
 public:
  explicit Learner(Build build, base::Configuration params = {});

  const base::Configuration& get_params() const { return params_; }
  /// Sets the given ones and keeps the others; the next fit goes by them.
  void set_params(const base::Configuration& params);

  /// Builds the model, draws its first weights, and adapts its Normalization layers to the samples.
  void start(const Problem& problem, const Samples& samples, const base::Rng& rng);
  /// Trains the model on from where it is, with the callbacks of its recipe behind those of the
  /// options; `validation` may be null. Throws as Model::fit does.
  const History& train(const Samples& samples, const Samples* validation, const Fit& options);
  /// Both, with the stream of the options.
  const History& fit(const Problem& problem, const Samples& samples, const Samples* validation,
                     const Fit& options);
  /// The main output for each sample, as the functions of Model. Throw InputError before training.
  Eigen::MatrixXf predict(const Samples& samples) const;
  Eigen::MatrixXf predict_proba(const Samples& samples) const;
  Eigen::VectorXi predict_classes(const Samples& samples) const;

  /// What start has made. Throw InputError before that.
  Recipe& recipe();
  const Recipe& recipe() const;
  Model& model() { return recipe().model; }
  const Model& model() const { return recipe().model; }
  /// The samples as the model takes them. They look at the recipe.
  Samples shared(const Samples& samples) const;
  /// Of the last training. Throws InputError before that.
  const History& history() const;

 protected:
  const Build& build() const { return build_; }

 private:
  const Model& trained() const;

  Build build_;
  base::Configuration params_;
  std::optional<Recipe> recipe_;
  std::optional<History> history_;
};

}  // namespace tune::model
