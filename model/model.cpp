#include "model/model.hpp"

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// The lists of metrics of compile go with the outputs.
void check_lists(const std::string& what, const std::vector<std::string>& all,
                 const std::vector<std::vector<std::string>>& lists, std::size_t outputs) {
  if (lists.empty()) return;
  if (lists.size() != outputs) {
    throw base::InputError("compile: " + std::to_string(lists.size()) + " lists of " + what +
                           " for " + std::to_string(outputs) + " outputs");
  }
  if (all.empty()) return;
  throw base::InputError("compile: " + what + " and output_" + what + " cannot be given together");
}

}  // namespace

Model::Model(NetworkPtr network)
    : network_(std::move(network)),
      weights_{Floats(static_cast<std::size_t>(network_->parameter_floats())),
               Floats(static_cast<std::size_t>(network_->state_floats()))} {}

void Model::set_trainable(std::string_view layer, bool trainable) {
  const std::size_t node = network_->find(layer);
  frozen_.resize(network_->nodes().size());
  frozen_[node] = !trainable;
}

void Model::set_trainable(bool trainable) {
  frozen_.assign(network_->nodes().size(), !trainable);
}

bool Model::trainable(std::string_view layer) const {
  const std::size_t node = network_->find(layer);
  return frozen_.empty() || !frozen_[node];
}

void Model::compile(Compile options) {
  const std::size_t outputs = network_->outputs().size();
  if (options.losses.size() != outputs) {
    throw base::InputError("compile: " + std::to_string(options.losses.size()) + " losses for " +
                           std::to_string(outputs) + " outputs");
  }
  if (!options.loss_weights.empty() && options.loss_weights.size() != outputs) {
    throw base::InputError("compile: " + std::to_string(options.loss_weights.size()) +
                           " loss weights for " + std::to_string(outputs) + " outputs");
  }
  check_lists("metrics", options.metrics, options.output_metrics, outputs);
  check_lists("weighted_metrics", options.weighted_metrics, options.output_weighted_metrics,
              outputs);
  std::vector<std::vector<MetricPtr>> metrics(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    for (const auto* names : {&options.metrics_of(i), &options.weighted_metrics_of(i)}) {
      for (const std::string& name : *names) {
        metrics[i].push_back(make_metric(name, *options.losses[i]));
      }
    }
  }
  metrics_ = std::move(metrics);
  compiled_ = std::move(options);
}

void Model::check(const Samples& samples, bool with_targets) const {
  const auto inputs = network_->inputs();
  if (samples.inputs.size() != inputs.size()) {
    throw base::InputError("the model has " + std::to_string(inputs.size()) +
                           " inputs, the samples " + std::to_string(samples.inputs.size()));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Node& node = network_->nodes()[inputs[i]];
    if (samples.inputs[i].rows == size_of(node.shape)) continue;
    throw base::InputError("input '" + node.name + "' has the shape " + to_text(node.shape) +
                           ", the samples have " + std::to_string(samples.inputs[i].rows) +
                           " features");
  }
  if (!with_targets) return;
  const std::size_t outputs = network_->outputs().size();
  if (compiled_.losses.empty()) throw base::InputError("the model must be compiled first");
  if (samples.rows.empty()) throw base::InputError("there are no samples");
  if (samples.targets.size() != outputs) {
    throw base::InputError("the model has " + std::to_string(outputs) +
                           " outputs, the samples have targets for " +
                           std::to_string(samples.targets.size()));
  }
  if (samples.weights.size() > 1 && samples.weights.size() != outputs) {
    throw base::InputError("the model has " + std::to_string(outputs) +
                           " outputs, the samples have weights for " +
                           std::to_string(samples.weights.size()));
  }
  for (std::size_t i = 0; i < samples.targets.size(); ++i) {
    const Index units = size_of(network_->output(i).shape), rows = samples.targets[i].rows;
    compiled_.losses[i]->check(units, rows);
    for (const MetricPtr& metric : metrics_[i]) metric->check(units, rows);
  }
}

}  // namespace tune::model
