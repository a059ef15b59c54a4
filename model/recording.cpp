#include "model/recording.hpp"

#include "search/base/error.hpp"

namespace tune::model {

Recorder::Recorder(const Subclassed& program, std::size_t inputs) : program_(program) {
  for (std::size_t i = 0; i < inputs; ++i) inputs_.push_back(Tensor(*this, i));
}

Tensor Recorder::apply(const LayerPtr& layer, std::size_t member, std::span<const Tensor> inputs) {
  if (inputs.empty()) {
    throw base::InputError("a layer of type " + std::string(layer->type()) +
                           " is applied to no tensors");
  }
  Recorder& recorder = *inputs[0].recorder_;
  std::size_t node = Tape::kNoNode;
  if (member != Tape::kNoNode) {
    const std::vector<Subclassed::Member>& members = recorder.program_.members();
    if (member >= members.size() || members[member].layer != layer) {
      throw base::InputError("call applies a layer of another model, of type " +
                             std::string(layer->type()));
    }
    node = recorder.inputs_.size() + member;
  }
  recorder.numbers_.clear();
  for (const Tensor& input : inputs) recorder.numbers_.push_back(recorder.step_of(input));
  const std::size_t step = recorder.add(layer, node, recorder.numbers_);
  recorder.size_ = step + 1;
  return {recorder, step};
}

std::size_t Recorder::step_of(const Tensor& tensor) const {
  if (tensor.recorder_ == this && tensor.step_ < size_) return tensor.step_;
  throw base::InputError("call uses a tensor that another call has made");
}

std::span<const std::size_t> Recorder::record(bool training) {
  size_ = inputs_.size();
  const Tensors outputs = program_.call(Inputs(inputs_), training);
  numbers_.clear();
  for (const Tensor& output : outputs) {
    numbers_.push_back(step_of(output));
    if (numbers_.back() < inputs_.size()) {
      throw base::InputError("call has returned an input; an output needs a layer");
    }
  }
  return numbers_;
}

Recording::Recording(const Network& network, Tape& tape)
    : Recorder(*network.program(), network.inputs().size()), network_(network), tape_(tape) {
  for (const std::size_t input : network.inputs()) tape.add_input(network.nodes()[input].shape);
}

void Recording::run(bool training) {
  tape_.rewind(network_.inputs().size());
  const std::span<const std::size_t> steps = record(training);
  const std::size_t expected = network_.outputs().size();
  if (steps.size() != expected) {
    throw base::InputError("call has returned " + std::to_string(steps.size()) +
                           " outputs, the model was built with " + std::to_string(expected));
  }
  for (std::size_t i = 0; i < expected; ++i) {
    const Node& output = network_.output(i);
    if (shape(steps[i]) == output.shape) continue;
    throw base::InputError("call has returned an " + output.name + " of the shape " +
                           to_text(shape(steps[i])) + ", the model was built with " +
                           to_text(output.shape));
  }
  tape_.set_outputs(steps);
}

std::size_t Recording::add(const LayerPtr& layer, std::size_t node,
                           std::span<const std::size_t> inputs) {
  const std::size_t step = tape_.add(*layer, node, inputs);
  tape_.forward(step);
  return step;
}

}  // namespace tune::model
