#pragma once

#include "model/tensor.hpp"

namespace tune::model {

/// How a sample falls into the positions of its last axis ("channels"): `groups` stretches of
/// `count` numbers. Where there is one stretch, loops run on over its padding, in whole registers.
struct Channels {
  Index count, groups, length;  ///< length: of the loops over a stretch

  explicit Channels(const Shape& shape)
      : Channels(shape.empty() ? 1 : shape.back(), size_of(shape)) {}
  Channels(Index channels, Index size)
      : count(channels),
        groups(size / channels),
        length(groups == 1 ? padded(channels) : channels) {}

  /// Floats of an array with one number a channel, in whole cache lines.
  Index floats() const { return (count + 15) / 16 * 16; }

  /// Calls visit(index of a stretch's first float in the block) for each stretch of each sample.
  template <class Visit>
  void visit(const Block& block, Index samples, Visit visit) const {
    for (Index s = 0; s < samples; ++s) {
      for (Index g = 0; g < groups; ++g) visit(s * block.stride + g * count);
    }
  }
};

}  // namespace tune::model
