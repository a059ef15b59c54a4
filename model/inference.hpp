#pragma once

#include "model/evaluation.hpp"
#include "model/fit.hpp"

namespace tune::model {

/// Rows of the first batches; all of them for steps == 0.
std::span<const std::uint32_t> first_batches(std::span<const std::uint32_t> rows, Index batch_size,
                                             Index steps);

/// A pass over samples that computes the loss and the metrics; allocated once, for many passes. The
/// model, its weights and the samples must outlive it.
class Tester {
 public:
  Tester(const Model& model, const Samples& samples, Index batch_size, Index steps);

  Logs run(std::span<Callback* const> callbacks, bool in_fit);

 private:
  const Model& model_;
  std::span<const std::uint32_t> rows_;
  Workspace workspace_;
  Batch batch_;
  Evaluation evaluation_;
  std::vector<bool> plain_;
  std::size_t most_;  ///< samples of a batch
};

}  // namespace tune::model
