#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/builders/builder.hpp"
#include "model/network.hpp"

namespace tune::model {

/// Number and widths of the hidden layers, their activation, dropout, batch normalisation and
/// max-norm constraint. `layers`: how many there are by default; `fewest`: at least.
std::vector<base::Key> hidden_keys(std::int64_t layers, std::int64_t fewest);

/// Is it an option of these that a network without hidden layers makes no use of?
bool needs_hidden_layers(std::string_view option);

/// Widths of the hidden layers: `hidden` where it is given, else n_hidden of them, the first one
/// n_neurons wide, and from there on by `shape`:
/// - constant: all alike (auto-sklearn's MLP, AutoKeras's DenseBlock, Auto-PyTorch's "brick");
/// - funnel: each smaller by the same whole number (Auto-PyTorch's "funnel", that of LCBench,
///   Zimmer et al. 2021);
/// - pyramid: each smaller by the same factor (the geometric pyramid rule, Masters 1993).
/// They go down to n_last in the last hidden layer, or for `auto` on to the number of outputs in
/// the layer behind it, as in LCBench; a single hidden layer has n_neurons.
std::vector<std::int64_t> hidden_widths(const base::Reader& options, std::int64_t outputs);

/// The hidden layers: input dropout, and of each a Dense with its activation, batch normalisation
/// before or behind the activation, dropout.
Graph::Handle add_hidden(Graph& graph, Graph::Handle input, const base::Reader& options,
                         const Problem& problem);

}  // namespace tune::model
