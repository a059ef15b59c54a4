#pragma once

#include <utility>
#include <vector>

#include "model/arena.hpp"
#include "model/network.hpp"

namespace tune::model {

struct Activation;

/// The layers that a batch goes through, one application of a layer a step, with all memory that
/// running them takes, forward and with gradients backward too. A tape may be recorded once and run
/// for each batch, or recorded anew for each: then the steps that are as the last time keep their
/// memory, and where all are, nothing is planned or allocated. A layer may be applied in several
/// steps; the gradient of its weights is the sum of theirs, and zero where no step leads to an
/// output. Used by one thread at a time; the weights and the network must outlive it.
class Tape {
 public:
  enum class Use { inference, training };
  /// In place of a node's number: a layer without weights that is no node of the network.
  static constexpr std::size_t kNoNode = static_cast<std::size_t>(-1);

  /// An output of the network.
  struct Output {
    Block value = {};
    Block gradient = {};          ///< where the caller puts it; data is null without gradients
    Block activation_input = {};  ///< of the Activation layer that made it; else data is null
    /// That ended the layer which made it, if no other gradient comes in behind it; else null.
    const Activation* activation = nullptr;
  };

  /// Frozen: one flag a node of the network; empty: none.
  Tape(const Network& network, Weights& weights, Index max_samples, Use use,
       std::vector<bool> frozen);

  Index max_samples() const { return max_samples_; }
  Index samples() const { return samples_; }
  const Shape& shape(std::size_t step) const { return steps_[step].shape; }
  Block value(std::size_t step) const { return steps_[step].output; }
  const std::vector<Output>& outputs() const { return outputs_; }
  /// Gradients of the parameters, after backward.
  Floats& parameter_gradients() { return parameter_gradients_; }
  const Floats& parameter_gradients() const { return parameter_gradients_; }

  /// Back to the first steps, to record the others anew.
  void rewind(std::size_t steps) { next_ = steps; }
  /// Each records the next step and returns its number; inputs are numbers of earlier steps. The
  /// layer must live as long as the tape. Throws InputError if it cannot take the inputs.
  std::size_t add_input(const Shape& shape);
  std::size_t add(const Layer& layer, std::size_t node, std::span<const std::size_t> inputs);
  /// Ends the recording: numbers of steps with a layer, in the order of the network's outputs. One
  /// step may be several of them.
  void set_outputs(std::span<const std::size_t> steps);

  /// The batch that the next steps run forward.
  void begin(Index samples, bool training, const base::Rng& noise);
  void forward(std::size_t step) const;
  void backward(Index samples, const std::vector<bool>& before_activation, float rate);

 private:
  struct Step {
    const Layer* layer = nullptr;  ///< null: an input of the network
    std::size_t node = kNoNode;
    std::vector<std::size_t> inputs;
    Shape shape;
    bool runs = false;     ///< its layer computes something
    bool frozen = false;   ///< its node is
    bool learns = false;   ///< it or a step before it has a gradient to set
    std::size_t root = 0;  ///< the step whose memory it uses: itself, mostly
    Arena::Mark before{};  ///< what others had taken before it
    Block output;
    std::vector<Block> input_blocks;
    std::vector<Slice> weights;
    float* scratch = nullptr;

    bool active = false;          ///< it is run backward
    std::size_t fused = kNoNode;  ///< the output that it alone makes, if it is one
    Block gradient;
    std::vector<Block> input_gradients;
    std::vector<Slice> gradients;
    /// Where several steps give one gradient, the first one sets it and the others' are added to
    /// it: (from, to).
    std::vector<std::pair<Block, Block>> add;
    std::vector<std::pair<Slice, Slice>> add_weights;
  };

  void truncate(std::size_t steps);
  Step& append(Shape shape);
  void place(Step& step);
  bool learns(const Step& step) const;
  void describe_outputs();
  void plan_gradients();
  void plan_output_gradients();
  void plan_input_gradients(Step& step);
  void plan_weight_gradients(Step& step);
  void plan_nodes();
  const Block& gradient_of(std::size_t step);

  const Network* network_;
  Weights* weights_;
  Index max_samples_;
  Use use_;
  std::vector<bool> frozen_;
  Index samples_ = 0;  ///< of the batch, and so on
  bool training_ = false;
  base::Rng noise_;

  std::vector<Step> steps_;  ///< those from size_ on are left for reuse
  std::size_t size_ = 0, next_ = 0;
  bool changed_ = true;  ///< since the gradients were planned
  std::vector<std::size_t> output_steps_;
  std::vector<Output> outputs_;
  Arena values_, gradients_;
  Floats parameter_gradients_;

  std::vector<bool> written_;         ///< while planning: has the step's memory a gradient?
  std::vector<std::size_t> applied_;  ///< steps of each node that run backward
  std::vector<std::pair<Block, Block>> add_outputs_;
  std::vector<Slice> idle_;  ///< gradients of parameters that no step sets
  /// Weights and gradients of layers that take steps themselves, but not where several set one
  /// gradient.
  std::vector<std::pair<Slice, Slice>> shared_;
};

}  // namespace tune::model
