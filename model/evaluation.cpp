#include "model/evaluation.hpp"

#include <algorithm>

namespace tune::model {

Evaluation::Evaluation(const Model& model, std::string prefix)
    : model_(&model),
      prefix_(std::move(prefix)),
      output_losses_(model.network().outputs().size()),
      sums_(model.network().outputs().size()) {
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    sums_[i].resize(model.metrics_[i].size());
  }
  reset();
}

void Evaluation::reset() {
  loss_ = samples_ = 0;
  std::ranges::fill(output_losses_, 0.0);
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const Index rows = size_of(model_->network_->output(i).shape);
    for (std::size_t k = 0; k < sums_[i].size(); ++k) {
      sums_[i][k].assign(model_->metrics_[i][k]->slots(rows), 0.0);
    }
  }
}

double Evaluation::add(const Workspace& workspace, const std::vector<Block>& targets,
                       const float* weights, Index samples, bool gradients,
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
                                     .weights = weights,
                                     .samples = samples,
                                     .scale = share / static_cast<float>(samples),
                                     .gradient = gradients ? workspace.output_gradient(i) : Block{},
                                     .before_activation = before});
    output_losses_[i] += sum;
    batch += share * sum;
    for (std::size_t k = 0; k < sums_[i].size(); ++k) {
      model_->metrics_[i][k]->update(sums_[i][k], workspace.output(i), targets[i], weights,
                                     samples);
    }
  }
  loss_ += batch;
  samples_ += static_cast<double>(samples);
  return batch / static_cast<double>(samples);
}

void Evaluation::report(Logs& logs) const {
  logs[prefix_ + "loss"] = loss_ / samples_;
  const bool several = sums_.size() > 1;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const std::string output = several ? model_->network_->output(i).name + "_" : "";
    if (several) logs[prefix_ + output + "loss"] = output_losses_[i] / samples_;
    for (std::size_t k = 0; k < sums_[i].size(); ++k) {
      const Metric& metric = *model_->metrics_[i][k];
      logs[prefix_ + output + std::string(metric.name())] = metric.result(sums_[i][k]);
    }
  }
}

Batch::Batch(const Samples& samples, Index max_samples) : samples_(&samples) {
  Index floats = 0;
  for (const Columns& target : samples.targets) {
    targets_.push_back({nullptr, target.rows, padded(target.rows)});
    floats += targets_.back().stride * max_samples;
  }
  target_values_.resize(static_cast<std::size_t>(floats));
  if (samples.weights != nullptr) weights_.resize(static_cast<std::size_t>(max_samples));
  float* next = target_values_.data();
  for (Block& target : targets_) {
    target.data = next;
    next += target.stride * max_samples;
  }
}

void Batch::fetch(std::span<const std::uint32_t> rows, const Workspace& workspace) {
  for (std::size_t i = 0; i < samples_->inputs.size(); ++i) {
    gather(samples_->inputs[i], rows, workspace.input(i));
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) gather(samples_->targets[i], rows, targets_[i]);
  for (std::size_t s = 0; s < weights_.size() && s < rows.size(); ++s) {
    weights_[s] = samples_->weights[rows[s]];
  }
}

}  // namespace tune::model
