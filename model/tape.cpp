#include "model/tape.hpp"

#include <algorithm>

namespace tune::model {
namespace {

/// With the padding.
Index length(const Slice& slice) {
  return slice.stride * slice.cols;
}

void add_to(const float* from, float* to, Index count) {
  for (Index i = 0; i < count; ++i) to[i] += from[i];
}

bool trains(const Node& node) {
  return std::ranges::any_of(node.weights, [](const auto& place) { return place.spec.trainable; });
}

Block block_of(const Shape& shape) {
  const Index rows = size_of(shape);
  return {nullptr, rows, column_stride(rows)};
}

}  // namespace

Tape::Tape(const Network& network, Weights& weights, Index max_samples, Use use,
           std::vector<bool> frozen)
    : network_(&network),
      weights_(&weights),
      max_samples_(max_samples),
      use_(use),
      frozen_(std::move(frozen)) {
  frozen_.resize(network.nodes().size());
  for (std::size_t i = 0; i < network.outputs().size(); ++i) {
    outputs_.push_back({.value = block_of(network.output(i).shape)});
  }
  if (use == Use::inference) return;
  parameter_gradients_.resize(static_cast<std::size_t>(network.parameter_floats()));
}

void Tape::truncate(std::size_t steps) {
  if (steps < size_) {
    values_.rewind(steps_[steps].before);
    size_ = steps;
  }
  changed_ = true;
}

/// A step with nothing but its shape; lists keep the memory that they had.
Tape::Step& Tape::append(Shape shape) {
  truncate(next_);
  if (size_ == steps_.size()) steps_.emplace_back();
  Step& step = steps_[size_];
  step.layer = nullptr;
  step.node = kNoNode;
  step.inputs.clear();
  step.output = block_of(shape);
  step.shape = std::move(shape);
  step.runs = step.frozen = step.learns = false;
  step.root = size_;
  step.before = values_.mark();
  step.input_blocks.clear();
  step.weights.clear();
  next_ = ++size_;
  return step;
}

std::size_t Tape::add_input(const Shape& shape) {
  Step& step = append(shape);
  step.output.data = values_.take(step.output.stride * max_samples_);
  return size_ - 1;
}

std::size_t Tape::add(const Layer& layer, std::size_t node, std::span<const std::size_t> inputs) {
  if (next_ < size_) {
    const Step& last = steps_[next_];
    if (last.layer == &layer && last.node == node && std::ranges::equal(last.inputs, inputs)) {
      return next_++;
    }
  }
  std::vector<Shape> shapes;
  for (const std::size_t input : inputs) shapes.push_back(steps_[input].shape);
  Step& step = append(node == kNoNode ? layer.output_shape(shapes)
                                      : output_shape(network_->nodes()[node], shapes));
  step.layer = &layer;
  step.node = node;
  step.inputs.assign(inputs.begin(), inputs.end());
  place(step);
  step.scratch = values_.take(layer.scratch(shapes, max_samples_));
  return size_ - 1;
}

/// Gives a step its blocks; a layer that only reshapes has its input's.
void Tape::place(Step& step) {
  step.runs = !step.layer->reshapes();
  if (step.runs) {
    step.output.data = values_.take(step.output.stride * max_samples_);
  } else {
    step.root = steps_[step.inputs[0]].root;
    step.output.data = steps_[step.inputs[0]].output.data;
  }
  for (const std::size_t input : step.inputs) step.input_blocks.push_back(steps_[input].output);
  if (step.node != kNoNode) {
    step.frozen = frozen_[step.node];
    for (const WeightPlace& weight : network_->nodes()[step.node].weights) {
      Floats& values = weight.spec.trainable ? weights_->parameters : weights_->state;
      step.weights.push_back(slice_of(values, weight));
    }
  }
  step.learns = use_ == Use::training && learns(step);
}

bool Tape::learns(const Step& step) const {
  const bool itself = step.node != kNoNode && !step.frozen && trains(network_->nodes()[step.node]);
  return itself ||
         std::ranges::any_of(step.inputs, [&](std::size_t input) { return steps_[input].learns; });
}

void Tape::set_outputs(std::span<const std::size_t> steps) {
  if (next_ < size_) truncate(next_);
  if (!changed_ && std::ranges::equal(output_steps_, steps)) return;
  changed_ = true;
  output_steps_.assign(steps.begin(), steps.end());
  describe_outputs();
  if (use_ == Use::training) plan_gradients();
  changed_ = false;
}

void Tape::describe_outputs() {
  for (std::size_t i = 0; i < size_; ++i) steps_[i].fused = kNoNode;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const std::size_t number = output_steps_[i];
    const bool feeds = std::any_of(
        steps_.begin(), steps_.begin() + static_cast<Index>(size_), [&](const Step& next) {
          return std::ranges::find(next.inputs, number) != next.inputs.end();
        });
    const bool alone = !feeds && std::ranges::count(output_steps_, number) == 1;
    Step& step = steps_[number];
    if (alone) step.fused = i;
    outputs_[i] = {
        .value = step.output,
        .gradient = {},
        .activation_input = step.layer->type() == "Activation" ? step.input_blocks[0] : Block{},
        .activation = alone ? step.layer->activation() : nullptr};
  }
}

void Tape::begin(Index samples, bool training, const base::Rng& noise) {
  samples_ = samples;
  training_ = training;
  noise_ = noise;
}

void Tape::forward(std::size_t number) const {
  const Step& step = steps_[number];
  if (!step.runs) return;
  step.layer->forward({step.input_blocks, step.output, step.weights, step.scratch, samples_,
                       training_, step.frozen, noise_, number});
}

void Tape::backward(Index samples, const std::vector<bool>& before_activation, float rate) {
  for (const Slice& gradient : idle_) std::fill_n(gradient.data, length(gradient), 0.0f);
  for (const auto& [from, to] : add_outputs_) add_to(from.data, to.data, from.stride * samples);
  for (std::size_t i = size_; i-- > 0;) {
    const Step& step = steps_[i];
    if (!step.active) continue;
    const bool steps_itself =
        step.node != kNoNode && applied_[step.node] == 1 && step.layer->steps_itself();
    step.layer->backward({step.input_blocks, step.output, step.weights, step.scratch, samples,
                          training_, step.frozen, step.gradient,
                          step.fused != kNoNode && before_activation[step.fused],
                          step.input_gradients, step.gradients, steps_itself ? rate : 0.0f});
    for (const auto& [from, to] : step.add) add_to(from.data, to.data, from.stride * samples);
    for (const auto& [from, to] : step.add_weights) add_to(from.data, to.data, length(from));
  }
  if (rate == 0) return;
  for (const auto& [weight, gradient] : shared_) {
    for (Index i = 0; i < length(weight); ++i) weight.data[i] -= rate * gradient.data[i];
  }
}

}  // namespace tune::model
