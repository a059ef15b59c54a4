#include "model/subclassing.hpp"

#include <algorithm>

#include "model/arena.hpp"
#include "model/recording.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Sees which shapes go through `call`, and makes a network of its layers; computes nothing.
class Builder : public Recorder {
 public:
  Builder(const Subclassed& program, const std::vector<Shape>& inputs)
      : Recorder(program, inputs.size()) {
    for (const Shape& input : inputs) {
      graph_.input(input);
      append(input, nullptr);
    }
    for (const Subclassed::Member& member : program.members()) {
      const Graph::Handle layer = graph_.declare(member.layer, member.name);
      settled_.resize(layer.node + 1);
      if (member.inputs.empty()) continue;
      graph_.settle(layer, member.inputs);
      settled_[layer.node] = true;
    }
    input_count_ = inputs.size();
  }

  NetworkPtr build(std::shared_ptr<const Subclassed> program) && {
    const std::vector<Node> outputs = outputs_of(true), others = outputs_of(false);
    if (!std::ranges::equal(outputs, others, {}, &Node::shape, &Node::shape)) {
      throw base::InputError("call returns other outputs in training than outside of it");
    }
    if (outputs.empty()) throw base::InputError("call has returned no outputs");
    return std::move(graph_).build(std::move(program), outputs);
  }

  const Shape& shape(std::size_t step) const override { return steps_[step].shape; }
  Block value(std::size_t step) const override { return steps_[step].zeros; }
  Index samples() const override { return 1; }

 private:
  struct Step {
    Shape shape;
    LayerPtr layer;
    Block zeros;
  };

  std::size_t append(Shape shape, LayerPtr layer) {
    const Index rows = size_of(shape), stride = column_stride(rows);
    steps_.push_back({std::move(shape), std::move(layer), {zeros_.take(stride), rows, stride}});
    return steps_.size() - 1;
  }

  std::size_t add(const LayerPtr& layer, std::size_t node,
                  std::span<const std::size_t> inputs) override {
    if (steps_.size() == kMost) {
      throw base::InputError("call has applied " + std::to_string(kMost) +
                             " layers while the model is built; all values are zero then: does a "
                             "loop wait for another one?");
    }
    std::vector<Shape> shapes;
    for (const std::size_t input : inputs) shapes.push_back(steps_[input].shape);
    if (node == Tape::kNoNode) return append(layer->output_shape(shapes), layer);
    if (!settled_[node]) graph_.settle({node}, shapes);
    settled_[node] = true;
    return append(output_shape(graph_.node({node}), shapes), layer);
  }

  std::vector<Node> outputs_of(bool training) {
    steps_.resize(input_count_);
    std::vector<Node> outputs;
    for (const std::size_t step : record(training)) {
      const std::string name = "output_" + std::to_string(outputs.size() + 1);
      outputs.push_back({name, steps_[step].layer, {}, steps_[step].shape, {}});
    }
    return outputs;
  }

  static constexpr std::size_t kMost = 100'000;

  Graph graph_;
  std::size_t input_count_ = 0;
  std::vector<bool> settled_;  ///< which nodes have their weights
  std::vector<Step> steps_;
  Arena zeros_;
};

}  // namespace

Shape Tensor::shape() const {
  return recorder_->shape(step_);
}

Index Tensor::samples() const {
  return recorder_->samples();
}

Tensor::Values Tensor::values() const {
  const Block block = recorder_->value(step_);
  return {block.data, block.rows, samples(), Eigen::OuterStride<>(block.stride)};
}

const Tensor& Inputs::operator[](std::size_t i) const {
  if (i < size()) return tensors_[i];
  throw base::InputError("call asks for input " + std::to_string(i) +
                         ", the model was built with " + std::to_string(size()));
}

void Inputs::check_count(std::size_t count) const {
  if (count == size()) return;
  throw base::InputError("call takes " + std::to_string(count) +
                         " inputs, the model was built with " + std::to_string(size()));
}

Tensor Sublayer::operator()(std::span<const Tensor> inputs) const {
  return Recorder::apply(layer_, number_, inputs);
}

Tensor concatenate(std::initializer_list<Tensor> inputs) {
  return concatenate(std::span(inputs.begin(), inputs.size()));
}

Tensor concatenate(std::span<const Tensor> inputs) {
  static const LayerPtr layer = concatenate();
  return Recorder::apply(layer, Tape::kNoNode, inputs);
}

Tensor operator+(const Tensor& a, const Tensor& b) {
  static const LayerPtr layer = add();
  const Tensor inputs[] = {a, b};
  return Recorder::apply(layer, Tape::kNoNode, inputs);
}

Sublayer Subclassed::layer(LayerPtr layer, std::string name, std::vector<Shape> inputs) {
  members_.push_back({layer, std::move(name), std::move(inputs)});
  return {std::move(layer), members_.size() - 1};
}

NetworkPtr subclassed(std::shared_ptr<const Subclassed> program, const std::vector<Shape>& inputs) {
  Builder builder(*program, inputs);
  return std::move(builder).build(std::move(program));
}

}  // namespace tune::model
