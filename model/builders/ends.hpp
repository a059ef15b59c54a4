#pragma once

#include <string>

#include "model/builders/builder.hpp"
#include "model/network.hpp"

namespace tune::model {

// The two ends of a builder's network.

/// `normalize`.
std::vector<base::Key> input_keys();
/// An input of the network, as one axis.
Graph::Handle add_input(Graph& graph, Shape shape, const base::Reader& options,
                        std::string name = {});

/// `kernel_initializer`, `l1` and `l2`, of all dense layers of a network.
std::vector<base::Key> dense_keys();
/// A dense layer by those keys.
DenseOptions dense_options(const base::Reader& options, std::string activation = "linear");

/// `output`.
std::vector<base::Key> output_keys();
/// A dense layer that fits the task, named `name`: for regression what `output` says, by default
/// linear; sigmoid for binary and multilabel, softmax for multiclass. sigmoid(low, high) and the
/// like are that function and a Rescaling from its own bounds to those. Throws InputError if
/// `output` does not fit the task.
Graph::Handle add_output(Graph& graph, Graph::Handle input, const base::Reader& options,
                         const Problem& problem, std::string name = {});

/// The tables one behind the other.
std::vector<base::Key> joined(std::initializer_list<std::vector<base::Key>> tables);

}  // namespace tune::model
