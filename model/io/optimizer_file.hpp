#pragma once

#include "model/fit.hpp"
#include "model/io/hdf5_reader.hpp"
#include "model/io/hdf5_writer.hpp"
#include "model/model.hpp"

namespace tune::model {

// The variables of Keras's optimizer, which it keeps as a list: the number of steps, the learning
// rate unless a schedule sets it, and then its slots for the weights that it updates, those of one
// kind for all weights, or (Adam and its relatives) the first two kinds weight by weight; Nadam has
// a product of its own at the end. Source: keras.src.optimizers, the build methods.

/// Writes them as a weights file has them. The state must be the model's.
void write_optimizer(Hdf5Writer& writer, const Model& model, const TrainingState& state);

/// Reads iteration, rate and memory from a weights file, or from that of a whole model. Throws
/// InputError where they are not those of the model's optimizer.
void read_optimizer(Hdf5Reader& reader, const Model& model, TrainingState& state);

}  // namespace tune::model
