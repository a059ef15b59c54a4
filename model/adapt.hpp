#pragma once

#include "model/samples.hpp"
#include "model/workspace.hpp"

namespace tune::model {

/// keras.layers.Normalization.adapt for every such layer of a network: sets its mean and variance
/// to those of the samples, as they come into the network, over all axes but the last. Throws
/// InputError if such a layer does not stand right behind an input, before any is changed, or if
/// there are no samples.
void adapt(const Network& network, Weights& weights, const Samples& samples);

/// The same for the one layer of that name, from what comes into it: the only way where the network
/// does not know that (subclassed models). Throws InputError with the nearest name.
void adapt(const Network& network, Weights& weights, std::string_view layer, const Columns& columns,
           std::span<const std::uint32_t> rows);

}  // namespace tune::model
