#pragma once

#include "model/subclassing.hpp"
#include "model/tape.hpp"

namespace tune::model {

/// Runs a subclassed model's `call`, and keeps what it does as numbered steps: the inputs, and then
/// a step for each time that a layer is applied.
class Recorder {
 public:
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  virtual ~Recorder() = default;

  virtual const Shape& shape(std::size_t step) const = 0;
  virtual Block value(std::size_t step) const = 0;
  virtual Index samples() const = 0;

  /// Applies a layer to tensors of the call that runs. `member`: its number among the model's
  /// layers, or Tape::kNoNode.
  static Tensor apply(const LayerPtr& layer, std::size_t member, std::span<const Tensor> inputs);

 protected:
  Recorder(const Subclassed& program, std::size_t inputs);

  /// The steps that have made the outputs of a run of `call`.
  std::span<const std::size_t> record(bool training);

 private:
  /// Notes, or runs, the next step: its number.
  virtual std::size_t add(const LayerPtr& layer, std::size_t node,
                          std::span<const std::size_t> inputs) = 0;
  /// Throws InputError if the tensor is not of this call.
  std::size_t step_of(const Tensor& tensor) const;

  const Subclassed& program_;
  std::vector<Tensor> inputs_;
  std::size_t size_ = 0;              ///< steps of this call so far
  std::vector<std::size_t> numbers_;  ///< of steps: a layer's inputs, or the outputs
};

/// Runs each layer as it is applied, with the memory of a tape; network and tape must outlive it.
class Recording : public Recorder {
 public:
  Recording(const Network& network, Tape& tape);

  /// The batch that the tape has begun.
  void run(bool training);

  const Shape& shape(std::size_t step) const override { return tape_.shape(step); }
  Block value(std::size_t step) const override { return tape_.value(step); }
  Index samples() const override { return tape_.samples(); }

 private:
  std::size_t add(const LayerPtr& layer, std::size_t node,
                  std::span<const std::size_t> inputs) override;

  const Network& network_;
  Tape& tape_;
};

}  // namespace tune::model
