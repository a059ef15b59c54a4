#include "model/summary.hpp"

#include <algorithm>
#include <cstdio>

#include "model/model.hpp"
#include "model/summary_table.hpp"

// As keras.src.utils.summary_utils.

namespace tune::model {
namespace {

/// Keras's order of the nodes of a functional model: by how far they are from the outputs, and then
/// as a search from the outputs meets them.
struct Order {
  std::vector<std::size_t> nodes;
  bool branches = false;  ///< there are nodes side by side, or one with several inputs
};

Order order_of(const Network& network) {
  const auto nodes = network.nodes();
  std::vector<std::size_t> depth(nodes.size(), 0), met(nodes.size(), nodes.size());
  for (std::size_t n = nodes.size(); n-- > 0;) {
    for (const std::size_t input : nodes[n].inputs) {
      depth[input] = std::max(depth[input], depth[n] + 1);
    }
  }
  std::size_t count = 0;
  for (const std::size_t output : network.outputs()) {
    std::vector<std::size_t> open = {output};
    while (!open.empty()) {
      const std::size_t n = open.back();
      open.pop_back();
      if (met[n] < nodes.size()) continue;
      met[n] = count++;
      open.insert(open.end(), nodes[n].inputs.rbegin(), nodes[n].inputs.rend());
    }
  }
  Order order;
  for (std::size_t n = 0; n < nodes.size(); ++n) order.nodes.push_back(n);
  std::ranges::sort(order.nodes, [&](std::size_t a, std::size_t b) {
    return depth[a] != depth[b] ? depth[a] > depth[b] : met[a] < met[b];
  });
  for (std::size_t i = 0; i < order.nodes.size(); ++i) {
    const std::size_t n = order.nodes[i];
    if (nodes[n].inputs.size() > 1) order.branches = true;
    if (i > 0 && depth[n] == depth[order.nodes[i - 1]]) order.branches = true;
  }
  return order;
}

/// With commas between the thousands.
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (auto end = std::ssize(text) - 3; end > 0; end -= 3) {
    text.insert(static_cast<std::size_t>(end), ",");
  }
  return text;
}

/// "(1.02 MB)" of so many numbers in float32.
std::string memory(std::int64_t numbers) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  double size = static_cast<double>(numbers) * sizeof(float);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, "(%.2f %s)", size, kUnits[unit]);
  return text;
}

std::string batch_shape(const Shape& shape) {
  std::string text = "(None";
  for (const std::int64_t axis : shape) text += ", " + std::to_string(axis);
  return text + ')';
}

SummaryRow row_of(const Model& model, const Node& node, bool connected, bool trainable) {
  const ParamCount count = model.count_params(node.name);
  const std::string type(node.layer == nullptr ? "InputLayer" : node.layer->type());
  SummaryRow row = {node.name + " (" + type + ")", batch_shape(node.shape), grouped(count.total())};
  if (connected) {
    std::string inputs;
    for (const std::size_t input : node.inputs) {
      inputs += (inputs.empty() ? "" : ", ") + model.network().nodes()[input].name + "[0][0]";
    }
    row.push_back(inputs.empty() ? "-" : inputs);
  }
  if (trainable) {
    const bool has_weights = !node.weights.empty();
    row.push_back(!has_weights ? "-" : model.trainable(node.name) ? "Y" : "N");
  }
  return row;
}

/// Keras's columns, and the length of its lines.
std::pair<std::vector<SummaryColumn>, int> layout(bool connected, bool trainable) {
  using enum SummaryColumn::Align;
  std::vector<SummaryColumn> columns;
  if (connected) {
    columns = {{"Layer (type)", left, 0.3},
               {"Output Shape", left, 0.56},
               {"Param #", right, 0.74},
               {"Connected to", left, 1}};
  } else {
    columns = {{"Layer (type)", left, 0.45}, {"Output Shape", left, 0.8}, {"Param #", right, 1}};
  }
  int length = connected ? 108 : 88;
  if (trainable) {
    for (SummaryColumn& column : columns) column.end *= 0.9;
    columns.push_back({"Trainable", center, 1});
    length += 12;
  }
  return {columns, length};
}

}  // namespace

std::string Model::summary(const SummaryOptions& options) const {
  const bool chain = network_->is_chain();
  Order order = order_of(*network_);
  const bool connections = options.connections && network_->connected();
  if (!connections) std::ranges::sort(order.nodes);
  const bool connected = connections && order.branches;
  std::vector<SummaryRow> rows;
  for (const std::size_t n : order.nodes) {
    const Node& node = network_->nodes()[n];
    // Neither a Sequential model nor a subclassed one lists its inputs.
    if (node.layer == nullptr && (chain || !connections)) continue;
    rows.push_back(row_of(*this, node, connected, options.show_trainable));
  }
  const auto [columns, usual] = layout(connected, options.show_trainable);
  const std::string name = !options.name.empty() ? options.name
                           : chain               ? "sequential"
                                                 : "functional";
  const ParamCount count = count_params();
  const auto line = [](const char* what, std::int64_t params) {
    return std::string(" ") + what + ": " + grouped(params) + ' ' + memory(params) + '\n';
  };
  return "Model: \"" + name + "\"\n" +
         draw_table(columns, rows, options.line_length > 0 ? options.line_length : usual) +
         line("Total params", count.total()) + line("Trainable params", count.trainable) +
         line("Non-trainable params", count.non_trainable);
}

}  // namespace tune::model
