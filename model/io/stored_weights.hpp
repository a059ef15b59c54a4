#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/io/hdf5_reader.hpp"
#include "model/io/hdf5_writer.hpp"
#include "model/model.hpp"

namespace tune::model {

/// A weight as files have it.
struct StoredWeight {
  std::string name;
  Shape shape;
  bool counts = false;             ///< Keras keeps it as an integer
  std::vector<float> values = {};  ///< row-major
};

/// The weights of one layer in a file.
struct StoredLayer {
  std::string name;
  std::string path;  ///< of its group in a weights file: "layers/dense_1"; if subclassed, its name
  std::vector<StoredWeight> weights = {};
};

/// Throws InputError if a group of a file cannot have the name of this layer.
void check_layer_name(const std::string& name);

/// The layers of a model, inputs too, in the order and with the paths that Keras has for them.
std::vector<StoredLayer> stored_layers(const Model& model);
/// Puts the values into the model whose layers they are.
void set_weights(Model& model, std::span<const StoredLayer> layers);

/// Writes a weight as a data set.
void write_weight(Hdf5Writer& writer, const std::string& path, const StoredWeight& weight);
/// The data set that is this weight of the layer. Throws InputError where its type or shape is
/// another.
Hdf5Reader::Numbers find_weight(Hdf5Reader& reader, Hdf5Reader::Address data_set,
                                const std::string& layer, const StoredWeight& weight);
std::vector<float> to_floats(const Hdf5Reader::Numbers& numbers);

/// A list of names as attributes of an object, in as many pieces as Keras makes of a long one.
void write_names(Hdf5Writer& writer, const std::string& object, const std::string& attribute,
                 const std::vector<std::string>& names);
/// None where there is no such attribute.
std::optional<std::vector<std::string_view>> read_names(Hdf5Reader& reader,
                                                        Hdf5Reader::Address object,
                                                        const std::string& attribute);

}  // namespace tune::model
