#include "model/evaluation.hpp"

#include <algorithm>

namespace tune::model {

Evaluation::Evaluation(const Model& model, std::string prefix)
    : model_(&model), prefix_(std::move(prefix)), output_losses_(model.network().outputs().size()) {
  for (std::size_t i = 0; i < output_losses_.size(); ++i) {
    add_figures(i);
  }
  reset();
}

void Evaluation::add_figures(std::size_t output) {
  const std::span<const MetricPtr> metrics = model_->metrics_[output];
  const auto plain = metrics.first(model_->compiled_.metrics_of(output).size());
  for (std::size_t k = 0; k < metrics.size(); ++k) {
    const std::string name(metrics[k]->name());
    const bool weighted = k >= plain.size();
    const bool twice = weighted && std::ranges::find(plain, name, &Metric::name) != plain.end();
    figures_.push_back({.name = output_prefix(output) + (twice ? "weighted_" : "") + name,
                        .output = output,
                        .metric = metrics[k].get(),
                        .weighted = weighted,
                        .sums = {}});
  }
}

std::string Evaluation::output_prefix(std::size_t output) const {
  return prefix_ + (output_losses_.size() > 1 ? model_->network_->output(output).name + "_" : "");
}

void Evaluation::reset() {
  loss_ = samples_ = 0;
  std::ranges::fill(output_losses_, 0.0);
  for (Figure& figure : figures_) {
    const Index rows = size_of(model_->network_->output(figure.output).shape);
    figure.sums.assign(figure.metric->slots(rows), 0.0);
  }
}

double Evaluation::add(const Workspace& workspace, const std::vector<Block>& targets,
                       const std::vector<const float*>& weights, Index samples, bool gradients,
                       const std::vector<bool>& before_activation) {
  const Compile& compiled = model_->compiled_;
  double batch = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const float share = compiled.loss_weights.empty() ? 1.0f : compiled.loss_weights[i];
    const bool before = before_activation[i];
    const double sum =
        compiled.losses[i]->compute({.prediction = workspace.output(i),
                                     .input = workspace.output_input(i),
                                     .target = targets[i],
                                     .weights = weights[i],
                                     .samples = samples,
                                     .scale = share / static_cast<float>(samples),
                                     .gradient = gradients ? workspace.output_gradient(i) : Block{},
                                     .before_activation = before});
    output_losses_[i] += sum;
    batch += share * sum;
  }
  for (Figure& figure : figures_) {
    figure.metric->update(figure.sums, workspace.output(figure.output), targets[figure.output],
                          figure.weighted ? weights[figure.output] : nullptr, samples);
  }
  loss_ += batch;
  samples_ += static_cast<double>(samples);
  return batch / static_cast<double>(samples);
}

void Evaluation::report(Logs& logs) const {
  logs[prefix_ + "loss"] = loss_ / samples_;
  for (std::size_t i = 0; output_losses_.size() > 1 && i < output_losses_.size(); ++i) {
    logs[output_prefix(i) + "loss"] = output_losses_[i] / samples_;
  }
  for (const Figure& figure : figures_) logs[figure.name] = figure.metric->result(figure.sums);
}

Batch::Batch(const Samples& samples, Index max_samples)
    : samples_(&samples), max_samples_(static_cast<std::size_t>(max_samples)) {
  Index floats = 0;
  for (const Columns& target : samples.targets) {
    targets_.push_back({nullptr, target.rows, padded(target.rows)});
    floats += targets_.back().stride * max_samples;
  }
  target_values_.resize(static_cast<std::size_t>(floats));
  float* next = target_values_.data();
  for (Block& target : targets_) {
    target.data = next;
    next += target.stride * max_samples;
  }
  weight_values_.resize(samples.weights.size() * max_samples_);
  weights_.resize(targets_.size());
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const std::size_t array = samples.weights.size() == 1 ? 0 : i;
    const bool given = array < samples.weights.size() && samples.weights[array] != nullptr;
    weights_[i] = given ? &weight_values_[array * max_samples_] : nullptr;
  }
}

void Batch::fetch(std::span<const std::uint32_t> rows, const Workspace& workspace) {
  for (std::size_t i = 0; i < samples_->inputs.size(); ++i) {
    gather(samples_->inputs[i], rows, workspace.input(i));
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) gather(samples_->targets[i], rows, targets_[i]);
  float* to = weight_values_.data();
  for (const float* from : samples_->weights) {
    for (std::size_t s = 0; from != nullptr && s < rows.size(); ++s) to[s] = from[rows[s]];
    to += max_samples_;
  }
}

}  // namespace tune::model
