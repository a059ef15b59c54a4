#include "model/optimizer_memory.hpp"

namespace tune::model {
namespace {

/// Calls visit(node, weight, its place) for each weight that is updated, in their order.
template <class Visit>
void for_each_updated(const Model& model, bool layers_step, Visit visit) {
  const std::span nodes = model.network().nodes();
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const bool frozen = !model.frozen().empty() && model.frozen()[n];
    for (std::size_t w = 0; w < nodes[n].weights.size(); ++w) {
      const WeightPlace& place = nodes[n].weights[w];
      if (!place.spec.trainable) continue;
      visit(n, w, place, !frozen && !(layers_step && nodes[n].layer->steps_itself()));
    }
  }
}

}  // namespace

std::vector<UpdatedRange> updated_ranges(const Model& model, bool layers_step) {
  std::vector<UpdatedRange> ranges;
  bool goes_on = false;
  for_each_updated(model, layers_step,
                   [&](std::size_t, std::size_t, const WeightPlace& place, bool updated) {
                     const auto offset = static_cast<std::size_t>(place.offset);
                     if (updated && !goes_on) ranges.push_back({offset, 0});
                     const auto end = offset + static_cast<std::size_t>(place.stride * place.cols);
                     if (updated) ranges.back().size = end - ranges.back().offset;
                     goes_on = updated;
                   });
  return ranges;
}

Floats fresh_memory(const Optimizer& optimizer, const std::vector<UpdatedRange>& ranges) {
  Floats all;
  for (const UpdatedRange& range : ranges) {
    const Floats memory = fresh_memory(optimizer, range.size);
    all.insert(all.end(), memory.begin(), memory.end());
  }
  return all;
}

std::vector<WeightMemory> weight_memories(const Model& model) {
  const std::size_t slots = model.compiled().optimizer->slots();
  const std::vector<UpdatedRange> ranges = updated_ranges(model, false);
  std::vector<WeightMemory> memories;
  std::size_t range = 0, begin = 0;  // of the range's memory
  for_each_updated(model, false,
                   [&](std::size_t n, std::size_t w, const WeightPlace& place, bool updated) {
                     if (!updated) return;
                     const auto offset = static_cast<std::size_t>(place.offset);
                     while (offset >= ranges[range].offset + ranges[range].size) {
                       begin += slots * ranges[range++].size;
                     }
                     const std::size_t within = offset - ranges[range].offset;
                     for (std::size_t slot = 0; slot < slots; ++slot) {
                       memories.push_back({n, w, slot, begin + slot * ranges[range].size + within});
                     }
                   });
  return memories;
}

}  // namespace tune::model
