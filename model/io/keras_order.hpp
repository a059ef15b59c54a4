#pragma once

#include <cstddef>
#include <vector>

#include "model/network.hpp"

namespace tune::model {

/// The nodes of a network in the order of keras.Model.layers, which is that of its weights in files
/// and of the variables of its optimizer: the longer the way to an output, the earlier; where it is
/// the same, as one meets them on the way back from the outputs. Source: keras.src.ops.function,
/// map_graph. Of a subclassed model: the order in which its layers were made.
std::vector<std::size_t> keras_order(const Network& network);

}  // namespace tune::model
