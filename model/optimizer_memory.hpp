#pragma once

#include <vector>

#include "model/model.hpp"

namespace tune::model {

/// A stretch of the flat parameters that the optimizer updates.
struct UpdatedRange {
  std::size_t offset, size;
};

/// What the optimizer updates: not what is frozen, nor, if `layers_step`, what layers update
/// themselves. The optimizer's memory has its slots of each range, one range after the other.
std::vector<UpdatedRange> updated_ranges(const Model& model, bool layers_step);

/// The memory before the first step.
Floats fresh_memory(const Optimizer& optimizer, const std::vector<UpdatedRange>& ranges);

/// One slot of the memory of one weight, as a matrix.
struct WeightMemory {
  std::size_t node, weight;  ///< numbers in the network
  std::size_t slot;
  std::size_t offset;  ///< in the memory; columns are as far apart as the weight's
};

/// All slots of all weights that the optimizer updates, weight by weight in the order of the nodes.
std::vector<WeightMemory> weight_memories(const Model& model);

}  // namespace tune::model
