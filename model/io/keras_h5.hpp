#pragma once

#include <filesystem>
#include <string>

#include "model/model.hpp"

namespace tune::model {

/// Writes the whole model as Keras's HDF5 file, which keras.models.load_model("x.h5") reads:
/// layers, which of them are frozen, weights, and what the model was compiled with. The same model
/// always makes the same bytes; the file is complete or not there. Throws InputError if it cannot
/// be written, or if the model is a subclassed one, of which only the weights can be saved.
///
/// What real Keras (3.15) makes of the file:
/// - The activations heaviside and sign and the loss perceptron are not Keras's: there, such a
///   model loads with custom_objects={"heaviside": function, "Perceptron": class}, or
///   compile=False.
/// - A schedule is Keras's, as the optimizer's learning rate. Where Keras has none (constant,
///   onecycle, and any whose length is left to the training) its first rate stands there.
/// - Metrics that Keras has not (f1, precision, recall and roc_auc of several units) are left out;
///   its own AUC looks at 200 thresholds, where roc_auc is exact.
/// Here, all of it comes back as it was.
///
/// The optimizer's memory is not in the file: Keras 3 does not find it there (a model that it loads
/// from a file with optimizer_weights cannot be trained). See training_file.hpp.
void save_model(const Model& model, const std::filesystem::path& file);

/// Why save_model refuses the model, whatever the file: it is a subclassed one, or has a layer or a
/// loss, say, that is neither Keras's nor ours. Empty: it does not.
std::string why_not_whole(const Model& model);

/// Reads such a file, whoever wrote it: a Sequential or Functional model of the layers that are in
/// the catalogue. The model is compiled if the file says how and all of it is ours.
///
/// The file is checked before anything is allocated for its content, and no more than several times
/// its size is allocated. Throws InputError that names the file and what is wrong with it.
Model load_model(const std::filesystem::path& file);

}  // namespace tune::model
