#pragma once

#include <filesystem>

#include "model/fit.hpp"
#include "model/model.hpp"

namespace tune::model {

/// Writes where a training of the model ended (Fit::state), so that it goes on bit for bit:
/// weights, the optimizer's memory, and what callbacks remember. The file is Keras's .weights.h5
/// with its optimizer, beside which our own part lies: after
/// model.optimizer.build(model.trainable_variables) Keras's model.load_weights(file) goes on with
/// that optimizer too. Throws InputError if the state is that of another model or optimizer, or the
/// file cannot be written.
void save_training(const Model& model, const TrainingState& state,
                   const std::filesystem::path& file);

/// Reads such a file for a model with the same layers, compiled with the same optimizer; also one
/// that Keras wrote with save_weights or, as .h5, with save, which does not say how many epochs
/// there were: the state's epoch is then 0, its rate Keras's, and there are no callbacks.
///
/// The file is checked before anything is allocated for its content. Throws InputError that names
/// the file and what is wrong with it.
TrainingState load_training(const Model& model, const std::filesystem::path& file);

}  // namespace tune::model
