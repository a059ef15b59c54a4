#include "model/adapt.hpp"

#include <algorithm>

#include "model/layers/channels.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Rows that are fetched at once.
constexpr std::size_t kChunk = 256;

/// The number of the network's input that a node gets, maybe reshaped.
std::size_t input_of(const Network& network, const Node& node) {
  if (!network.connected()) {
    throw base::InputError("layer '" + node.name +
                           "' cannot be adapted without its name: what a "
                           "subclassed model gives it is not known");
  }
  std::size_t from = node.inputs[0];
  while (network.nodes()[from].layer != nullptr && network.nodes()[from].layer->reshapes()) {
    from = network.nodes()[from].inputs[0];
  }
  const auto inputs = network.inputs();
  const auto found = std::ranges::find(inputs, from);
  if (found != inputs.end()) return static_cast<std::size_t>(found - inputs.begin());
  throw base::InputError("layer '" + node.name +
                         "' cannot be adapted: it does not stand right behind an input");
}

/// The mean of term(value, channel) over the samples, one a channel.
template <class Term>
std::vector<double> mean_of(const Columns& columns, std::span<const std::uint32_t> rows,
                            const Channels& channels, Term term) {
  const Index stride = column_stride(columns.rows);
  Floats values(static_cast<std::size_t>(stride) * std::min(kChunk, rows.size()));
  const Block block{values.data(), columns.rows, stride};
  std::vector<double> sums(static_cast<std::size_t>(channels.count));
  for (std::size_t start = 0; start < rows.size(); start += kChunk) {
    const auto chunk = rows.subspan(start, std::min(kChunk, rows.size() - start));
    gather(columns, chunk, block);
    channels.visit(block, static_cast<Index>(chunk.size()), [&](Index first) {
      const float* x = block.data + first;
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += term(double{x[i]}, i);
    });
  }
  const double share = 1 / static_cast<double>(rows.size()) / static_cast<double>(channels.groups);
  for (double& sum : sums) sum *= share;
  return sums;
}

void adapt_node(const Node& node, Weights& weights, const Columns& columns,
                std::span<const std::uint32_t> rows) {
  if (rows.empty()) {
    throw base::InputError("layer '" + node.name + "' cannot be adapted: no samples");
  }
  const Channels channels(node.shape);
  const auto mean =
      mean_of(columns, rows, channels, [](double value, std::size_t) { return value; });
  const auto variance = mean_of(columns, rows, channels, [&](double value, std::size_t i) {
    return (value - mean[i]) * (value - mean[i]);
  });
  std::ranges::copy(mean, weights.state.begin() + node.weights[0].offset);
  std::ranges::copy(variance, weights.state.begin() + node.weights[1].offset);
}

}  // namespace

void adapt(const Network& network, Weights& weights, const Samples& samples) {
  std::vector<const Node*> layers;
  for (const Node& node : network.nodes()) {
    if (node.layer == nullptr || node.layer->type() != "Normalization") continue;
    input_of(network, node);
    layers.push_back(&node);
  }
  for (const Node* node : layers) {
    adapt_node(*node, weights, samples.inputs.at(input_of(network, *node)), samples.rows);
  }
}

void adapt(const Network& network, Weights& weights, std::string_view layer, const Columns& columns,
           std::span<const std::uint32_t> rows) {
  const Node& node = network.nodes()[network.find(layer)];
  if (node.layer == nullptr || node.layer->type() != "Normalization" || node.weights.empty()) {
    throw base::InputError("layer '" + node.name + "' cannot be adapted: it is no Normalization" +
                           (node.layer == nullptr ? "" : " that the model has applied"));
  }
  if (columns.rows != size_of(node.shape)) {
    throw base::InputError("layer '" + node.name + "' has inputs of the shape " +
                           to_text(node.shape) + ", the samples have " +
                           std::to_string(columns.rows) + " features");
  }
  adapt_node(node, weights, columns, rows);
}

}  // namespace tune::model
