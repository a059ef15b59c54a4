#include <algorithm>

#include "model/tape.hpp"

namespace tune::model {

/// Goes through the steps as the gradients will, from the last one to the first.
void Tape::plan_gradients() {
  gradients_.rewind();
  written_.assign(size_, false);
  applied_.assign(network_->nodes().size(), 0);
  for (std::size_t i = 0; i < size_; ++i) {
    steps_[i].gradient = {nullptr, steps_[i].output.rows, steps_[i].output.stride};
  }
  plan_output_gradients();
  for (std::size_t i = size_; i-- > 0;) {
    Step& step = steps_[i];
    step.input_gradients.clear();
    step.gradients.clear();
    step.add.clear();
    step.add_weights.clear();
    step.active = step.runs && step.learns && written_[i];
    if (!step.active) continue;
    plan_input_gradients(step);
    if (step.node != kNoNode) plan_weight_gradients(step);
  }
  plan_nodes();
}

/// The gradient of a step's output, which is that of all steps that share its memory.
const Block& Tape::gradient_of(std::size_t number) {
  Block &root = steps_[steps_[number].root].gradient, &gradient = steps_[number].gradient;
  if (root.data == nullptr) root.data = gradients_.take(root.stride * max_samples_);
  gradient.data = root.data;
  return gradient;
}

/// Losses set the gradients of the outputs.
void Tape::plan_output_gradients() {
  add_outputs_.clear();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    Block gradient = gradient_of(output_steps_[i]);
    std::vector<bool>::reference written = written_[steps_[output_steps_[i]].root];
    if (written) {
      const Block to = gradient;
      gradient.data = gradients_.take(gradient.stride * max_samples_);
      add_outputs_.emplace_back(gradient, to);
    }
    written = true;
    outputs_[i].gradient = gradient;
  }
}

void Tape::plan_input_gradients(Step& step) {
  for (const std::size_t input : step.inputs) {
    Block& gradient = step.input_gradients.emplace_back();
    if (!steps_[input].learns) continue;
    gradient = gradient_of(input);
    std::vector<bool>::reference written = written_[steps_[input].root];
    if (written) {
      const Block to = gradient;
      gradient.data = gradients_.take(gradient.stride * max_samples_);
      step.add.emplace_back(gradient, to);
    }
    written = true;
  }
}

void Tape::plan_weight_gradients(Step& step) {
  const bool first = applied_[step.node]++ == 0;
  for (const WeightPlace& place : network_->nodes()[step.node].weights) {
    if (!place.spec.trainable) continue;
    Slice& gradient = step.gradients.emplace_back();
    if (step.frozen) continue;
    gradient = slice_of(parameter_gradients_, place);
    if (first) continue;
    const Slice to = gradient;
    gradient.data = gradients_.take(place.stride * place.cols);
    step.add_weights.emplace_back(gradient, to);
  }
}

/// What is left to do for weights that none or several steps have gradients for.
void Tape::plan_nodes() {
  idle_.clear();
  shared_.clear();
  for (std::size_t n = 0; n < applied_.size(); ++n) {
    if (frozen_[n] || applied_[n] == 1) continue;
    const Node& node = network_->nodes()[n];
    for (const WeightPlace& place : node.weights) {
      if (!place.spec.trainable) continue;
      const Slice gradient = slice_of(parameter_gradients_, place);
      if (applied_[n] == 0) {
        idle_.push_back(gradient);
      } else if (node.layer->steps_itself()) {
        shared_.emplace_back(slice_of(weights_->parameters, place), gradient);
      }
    }
  }
}

}  // namespace tune::model
