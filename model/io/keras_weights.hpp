#pragma once

#include <filesystem>
#include <span>

#include "model/io/stored_weights.hpp"

namespace tune::model {

/// keras.Model.save_weights and load_weights with a file that ends in .weights.h5: the weights
/// alone, in Keras 3's layout, which keras.Model.load_weights reads into a model with the same
/// layers; of a subclassed model, where layers have the names of its attributes there. Throws
/// InputError that names the file.
void save_weights(const Model& model, const std::filesystem::path& file);

/// Takes the weights out of such a file, or out of that of a whole model (.h5), whoever wrote it.
/// Layers go by their kinds and order, as in Keras, whatever their names; those of a subclassed
/// model by their names. The file is checked before anything is allocated for its content. Throws
/// InputError that names the file and what is wrong with it, and then leaves the model as it was.
void load_weights(Model& model, const std::filesystem::path& file);

/// What these functions put into a file and take out of it.
void write_layers(Hdf5Writer& writer, std::span<const StoredLayer> layers);
void read_layers(Hdf5Reader& reader, std::span<StoredLayer> layers);

}  // namespace tune::model
