#include "model/learners/learner.hpp"

#include "model/adapt.hpp"
#include "search/base/error.hpp"

namespace tune::model {

Build build_with(std::string_view builder) {
  const Builders::Row row = builders().at(builder);
  return [row](const base::Configuration& params, const Problem& problem) {
    const base::Reader options(params, row.keys);
    options.check();
    return row.make(options, problem);
  };
}

Learner::Learner(Build build, base::Configuration params)
    : build_(std::move(build)), params_(std::move(params)) {}

void Learner::set_params(const base::Configuration& params) {
  for (const auto& [name, value] : params) params_.insert_or_assign(name, value);
}

void Learner::start(const Problem& problem, const Samples& samples, const base::Rng& rng) {
  history_.reset();
  recipe_ = build_(params_, problem);
  recipe_->model.initialize(rng);
  adapt(recipe_->model.network(), recipe_->model.weights(), samples);
}

const History& Learner::train(const Samples& samples, const Samples* validation,
                              const Fit& options) {
  history_ = model().fit(samples, validation, options);
  return *history_;
}

const History& Learner::fit(const Problem& problem, const Samples& samples,
                            const Samples* validation, const Fit& options) {
  start(problem, samples, options.rng);
  return train(samples, validation, options);
}

Eigen::MatrixXf Learner::predict(const Samples& samples) const {
  return trained().predict(samples);
}

Eigen::MatrixXf Learner::predict_proba(const Samples& samples) const {
  return trained().predict_proba(samples);
}

Eigen::VectorXi Learner::predict_classes(const Samples& samples) const {
  return trained().predict_classes(samples);
}

Model& Learner::model() {
  if (recipe_) return recipe_->model;
  throw base::InputError("there is no model yet: call fit first");
}

const Model& Learner::model() const {
  return const_cast<Learner&>(*this).model();
}

const Model& Learner::trained() const {
  history();
  return model();
}

const History& Learner::history() const {
  if (history_) return *history_;
  throw base::InputError("nothing has been trained yet: call fit first");
}

}  // namespace tune::model
