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
  model().initialize(rng);
  adapt(model().network(), model().weights(), shared(samples));
}

const History& Learner::train(const Samples& samples, const Samples* validation,
                              const Fit& options) {
  const bool validated = validation != nullptr || options.validation_split > 0;
  const Callbacks own = recipe().callbacks ? recipe().callbacks(validated) : Callbacks{};
  std::vector<Callback*> callbacks(options.callbacks.begin(), options.callbacks.end());
  for (const auto& callback : own) callbacks.push_back(callback.get());
  Fit all = options;
  all.callbacks = callbacks;
  const Samples valid = validation == nullptr ? Samples{} : shared(*validation);
  history_ = model().fit(shared(samples), validation == nullptr ? nullptr : &valid, all);
  return *history_;
}

const History& Learner::fit(const Problem& problem, const Samples& samples,
                            const Samples* validation, const Fit& options) {
  start(problem, samples, options.rng);
  return train(samples, validation, options);
}

Eigen::MatrixXf Learner::predict(const Samples& samples) const {
  return trained().predict(shared(samples));
}

Eigen::MatrixXf Learner::predict_proba(const Samples& samples) const {
  return trained().predict_proba(shared(samples));
}

Eigen::VectorXi Learner::predict_classes(const Samples& samples) const {
  return trained().predict_classes(shared(samples));
}

Recipe& Learner::recipe() {
  if (recipe_) return *recipe_;
  throw base::InputError("there is no model yet: call fit first");
}

const Recipe& Learner::recipe() const {
  return const_cast<Learner&>(*this).recipe();
}

Samples Learner::shared(const Samples& samples) const {
  const Network& network = model().network();
  Samples shared = samples;
  if (samples.inputs.size() == 1) {
    shared.inputs = share_out(samples.inputs[0], recipe().inputs, network.inputs().size());
  }
  if (samples.targets.size() == 1) {
    shared.targets = share_out(samples.targets[0], recipe().outputs, network.outputs().size());
  }
  return shared;
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
