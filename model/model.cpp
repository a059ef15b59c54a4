#include "model/model.hpp"

#include <algorithm>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Calls visit(node, weight, its place, its first value) for each weight; the weights may be const.
template <class Arrays, class Visit>
void for_each_weight(const Network& network, Arrays& weights, Visit visit) {
  for (std::size_t n = 0; n < network.nodes().size(); ++n) {
    const Node& node = network.nodes()[n];
    for (std::size_t w = 0; w < node.weights.size(); ++w) {
      const WeightPlace& place = node.weights[w];
      auto& array = place.spec.trainable ? weights.parameters : weights.state;
      visit(n, w, place, array.data() + place.offset);
    }
  }
}

}  // namespace

Model::Model(NetworkPtr network)
    : network_(std::move(network)),
      weights_{Floats(static_cast<std::size_t>(network_->parameter_floats())),
               Floats(static_cast<std::size_t>(network_->state_floats()))} {}

void Model::initialize(base::Rng rng) {
  const base::Rng stream = rng.split(base::stream::weights);
  for_each_weight(*network_, weights_,
                  [&](std::size_t n, std::size_t w, const WeightPlace& place, float* to) {
                    place.spec.initializer.fill({to, place.rows, place.cols, place.stride},
                                                place.spec.shape, stream.split(n).split(w));
                  });
}

std::vector<std::vector<float>> Model::get_weights() const {
  std::vector<std::vector<float>> all;
  for_each_weight(*network_, weights_,
                  [&](std::size_t, std::size_t, const WeightPlace& place, const float* from) {
                    std::vector<float>& values = all.emplace_back();
                    for (Index col = 0; col < place.cols; ++col, from += place.stride) {
                      values.insert(values.end(), from, from + place.rows);
                    }
                  });
  return all;
}

void Model::set_weights(const std::vector<std::vector<float>>& weights) {
  std::size_t next = 0;
  const auto check = [&](std::size_t n, std::size_t, const WeightPlace& place, float*) {
    const auto expected = static_cast<std::size_t>(size_of(place.spec.shape));
    const std::string found =
        next < weights.size() ? std::to_string(weights[next].size()) : std::string("no");
    if (next < weights.size() && weights[next++].size() == expected) return;
    throw base::InputError("weight '" + network_->nodes()[n].name + "/" + place.spec.name +
                           "' has " + found + " values, its shape is " + to_text(place.spec.shape));
  };
  for_each_weight(*network_, weights_, check);
  if (next != weights.size()) {
    throw base::InputError(std::to_string(weights.size()) + " weights given, the model has " +
                           std::to_string(next));
  }
  next = 0;
  for_each_weight(*network_, weights_,
                  [&](std::size_t, std::size_t, const WeightPlace& place, float* to) {
                    const float* from = weights[next++].data();
                    for (Index col = 0; col < place.cols; ++col, to += place.stride) {
                      std::copy_n(from, place.rows, to);
                      from += place.rows;
                    }
                  });
}

void Model::set_trainable(std::string_view layer, bool trainable) {
  const std::size_t node = network_->find(layer);
  frozen_.resize(network_->nodes().size());
  frozen_[node] = !trainable;
}

void Model::set_trainable(bool trainable) {
  frozen_.assign(network_->nodes().size(), !trainable);
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
  if (!options.output_metrics.empty() && options.output_metrics.size() != outputs) {
    throw base::InputError("compile: " + std::to_string(options.output_metrics.size()) +
                           " lists of metrics for " + std::to_string(outputs) + " outputs");
  }
  if (!options.output_metrics.empty() && !options.metrics.empty()) {
    throw base::InputError("compile: metrics and output_metrics cannot be given together");
  }
  std::vector<std::vector<MetricPtr>> metrics(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    for (const std::string& name : options.metrics_of(i)) {
      metrics[i].push_back(make_metric(name, *options.losses[i]));
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
  if (compiled_.losses.empty()) throw base::InputError("the model must be compiled first");
  if (samples.rows.empty()) throw base::InputError("there are no samples");
  if (samples.targets.size() != network_->outputs().size()) {
    throw base::InputError("the model has " + std::to_string(network_->outputs().size()) +
                           " outputs, the samples have targets for " +
                           std::to_string(samples.targets.size()));
  }
  for (std::size_t i = 0; i < samples.targets.size(); ++i) {
    const Index units = size_of(network_->output(i).shape), rows = samples.targets[i].rows;
    compiled_.losses[i]->check(units, rows);
    for (const MetricPtr& metric : metrics_[i]) metric->check(units, rows);
  }
}

}  // namespace tune::model
